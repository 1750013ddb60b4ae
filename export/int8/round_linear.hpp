// A layer of sums of products in integers: convolution, depthwise convolution, dense.
#pragma once

#include "export/float_network.hpp"
#include "export/int8/op/ops.hpp"
#include "export/int8/ranges.hpp"

namespace nanonas::exporting {

/// One layer with its input's parameters and its output's range. Throws ExportError for weights too
/// large to round and for more inputs than an int32 accumulator holds.
RoundedNode round_linear(const FloatLinear& layer, const Range& range, const QuantParams& in);

}  // namespace nanonas::exporting
