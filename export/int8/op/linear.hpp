// Sums of products, which a convolution and a dense layer share.
#pragma once

#include "export/int8/op/ops.hpp"

namespace nanonas::exporting {

/// Int8Op::round and ::run of both.
RoundedNode round_linear_node(const FloatNetwork& network, const space::Node& node,
                              const Range& range, const std::vector<QuantParams>& in);
void run_linear(const Int8Layer& layer, const Int8Op::Maps& inputs, Int8Op::Map& output);

}  // namespace nanonas::exporting
