#include "export/int8/op/add.hpp"

#include <algorithm>

#include "export/int8/op/ops.hpp"

namespace nanonas::exporting {

namespace {

using Map = Int8Op::Map;

// Of the larger input's: with 20 more bits of it the last multiplier stays far below 2^30.
constexpr float kSmallestStep = 0x1p-20F;

void run(const Int8Layer& layer, const Int8Op::Maps& inputs, Map& output) {
    const Map& a = *inputs[0];
    const Map& b = *inputs[1];
    for (std::size_t i = 0; i < output.size(); ++i) {
        output[i] =
            clamped(layer, rescaled_sum(a[i] - layer.in.zero_point, b[i] - layer.other.zero_point,
                                        layer.constants.multipliers));
    }
}

RoundedNode round(const FloatNetwork& network, const space::Node& node, const Range& range,
                  const std::vector<QuantParams>& in) {
    RoundedNode rounded;
    const float larger = std::max(in.front().scale, in.back().scale);
    rounded.out = params_of(range, larger * kSmallestStep);
    rounded.constants.multipliers =
        sum_multipliers(in.front().scale, in.back().scale, rounded.out.scale);
    if (space::activation_of(node.op) == space::Activation::kRelu) {
        rounded.constants.clamp_min = static_cast<std::int8_t>(rounded.out.zero_point);
    }
    rounded.constants.clamp_max = steps_of(network.ceiling(node), rounded.out);
    return rounded;
}

}  // namespace

Int8Op int8_op(const space::Add&) {
    return {[](const Int8Layer&) -> std::string { return "sum of maps"; }, round, run};
}

}  // namespace nanonas::exporting
