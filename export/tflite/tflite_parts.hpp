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

/// Of 32 bits each.
std::vector<std::int32_t> shape_of(const std::vector<std::int64_t>& sides);

/// A pool; version, inputs and outputs left to set.
TfliteOperator pool_node(tflite::BuiltinOperator kind, const space::Window& window);

/// The version of an int8 pool.
inline constexpr std::int32_t kInt8Pool = 2;

}  // namespace nanonas::exporting
