// What the int8 and the float graph have in common: shapes and pools.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/tflite/tflite_graph.hpp"
#include "space/shapes.hpp"

namespace nanonas::exporting {

/// [1, height, width, channels].
std::vector<std::int32_t> map_shape(const space::Shape& shape);

/// [1, outputs] for a dense layer, else the map.
std::vector<std::int32_t> linear_output(bool dense, const space::Shape& output);

/// [outputs, inputs] for a dense layer, else [outputs, kernel, kernel, inputs].
std::vector<std::int32_t> weight_shape(bool dense, std::int64_t kernel, const space::Shape& input,
                                       const space::Shape& output);

/// A pool of stride = filter; version, inputs and outputs left to set.
TfliteOperator pool_node(tflite::BuiltinOperator kind, std::int64_t height, std::int64_t width);

/// Throws ExportError: TFLite's SAME padding of an even kernel is not ours.
void require_odd_kernel(const std::string& layer, std::int64_t kernel);

}  // namespace nanonas::exporting
