// What reading of a max pool and an average pool have in common.
#pragma once

#include <string>

#include "export/tflite/reader/layer_reader.hpp"

namespace nanonas::exporting {

/// Whether a pool fuses a ReLU; throws unless it writes int8 quantized as what flows in.
bool read_pool_relu(const LayerReader& reader, const OperatorView& op,
                    const tflite::Pool2DOptions& options);
/// Throws ExportError for sides and strides that a pool may not have.
space::Window read_pool_window(const LayerReader& reader, const OperatorView& op,
                               const tflite::Pool2DOptions& options);
/// The ReLU behind a pool, where it changes anything.
void clamp_pool(LayerReader& reader, const std::string& pool);

}  // namespace nanonas::exporting
