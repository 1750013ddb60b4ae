#include "export/native/graph/op/ops.hpp"

#include <algorithm>

#include "export/native/op/ops.hpp"

namespace nanonas::exporting {

GraphOp graph_op(const space::Node& node) {
    return std::visit([](const auto& op) { return graph_op(op); }, node.op);
}

GraphOp graph_never() {
    return {[](GraphPlanner&, const space::Node& node) {
                GraphPlanner::refuse(node, "runs no " + space::op_name(node.op));
            },
            [](const Int8Layer&) {}, no_numbers};
}

void check_multipliers(const Int8Layer& layer, std::size_t count) {
    const Int8Constants& constants = layer.constants;
    if (constants.multipliers.size() != count) {
        refuse_c_layer(layer.node.name, "has tables of the wrong size");
    }
    for (const FixedMultiplier& multiplier : constants.multipliers) {
        if (multiplier.m0 < 0 || multiplier.shift < -31 || multiplier.shift > 30) {
            refuse_c_layer(layer.node.name,
                           "has a multiplier outside M = m0 2^(shift - 31), m0 >= 0, shift in "
                           "[-31, 30]");
        }
    }
    if (constants.clamp_min > constants.clamp_max) {
        refuse_c_layer(layer.node.name, "has an empty output range");
    }
}

bool shifts_quickly(const GraphNumbers& numbers) {
    return std::all_of(numbers.multipliers.begin(), numbers.multipliers.end(),
                       [](const FixedMultiplier& multiplier) {
                           return multiplier.shift <= 0 && multiplier.shift >= -kMostRightShift;
                       });
}

GraphNumbers plain_numbers(const Int8Layer& layer) {
    GraphNumbers numbers;
    numbers.multipliers = layer.constants.multipliers;
    numbers.low = layer.constants.clamp_min - layer.out.zero_point;
    numbers.high = layer.constants.clamp_max - layer.out.zero_point;
    numbers.quick = shifts_quickly(numbers);
    return numbers;
}

bool stays_quick(const GraphNumbers& numbers, std::int64_t most) {
    constexpr std::int64_t kDoubledLimit = std::int64_t{1} << 30;
    return std::all_of(numbers.multipliers.begin(), numbers.multipliers.end(),
                       [most](const FixedMultiplier& multiplier) {
                           return most << std::max(multiplier.shift, 0) < kDoubledLimit;
                       });
}

GraphNumbers no_numbers(const GraphStage&, const Int8Layer& layer) {
    GraphNumbers numbers = plain_numbers(layer);
    numbers.multipliers.clear();
    numbers.quick = true;
    return numbers;
}

}  // namespace nanonas::exporting
