// What reading of a sum of two maps and of one with constants per channel have in common.
#pragma once

#include "export/tflite/reader/layer_reader.hpp"

namespace nanonas::exporting {

/// The numbers, the name and the ReLU of a sum of what flows, whose shape it keeps, with values of
/// parameters `addend`.
void read_sum(LayerReader& reader, const OperatorView& op, const QuantParams& addend,
              LayerReader::Layer& layer);

/// With constants.
void read_channel_add(LayerReader& reader, const OperatorView& op);

}  // namespace nanonas::exporting
