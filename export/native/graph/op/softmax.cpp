#include <algorithm>
#include <cmath>

#include "export/native/graph/op/ops.hpp"
#include "export/native/op/ops.hpp"

namespace nanonas::exporting {

namespace {

/// Of softmax_multiplier(): less than 32 in Q5.26.
constexpr std::int32_t kMostShift = 32;

void plan(GraphPlanner& planner, const space::Node& node) {
    if (node.input.height != 1 || node.input.width != 1 ||
        node.input.channels > kMostSoftmaxChannels) {
        GraphPlanner::refuse(node, "runs a softmax over a 1x1 map of at most 4095 channels, not " +
                                       to_string(node.input));
    }
    planner.add(node, GraphKernel::kSoftmax).table_bytes = 4 + 4;
}

void check(const Int8Layer& layer) {
    const std::vector<FixedMultiplier>& steps = layer.constants.multipliers;
    if (steps.size() != 1 || steps[0].m0 < 0 || steps[0].shift < -31 ||
        steps[0].shift > kMostShift) {
        refuse_c_layer(layer.node.name, "has a multiplier outside of what a softmax reads");
    }
    if (!(layer.out == QuantParams{1.0F / 256.0F, -128})) {
        refuse_c_layer(layer.node.name, "writes other parameters than 1/256 and -128");
    }
}

GraphNumbers numbers(const GraphStage&, const Int8Layer& layer) {
    GraphNumbers numbers = plain_numbers(layer);
    numbers.quick = true;
    numbers.left_shifts = true;
    // Differences that leave Q5.26 count as nothing; none is larger than 255.
    const double least = std::floor(std::ldexp(31.0, 26 - numbers.multipliers.front().shift));
    numbers.least = -static_cast<std::int32_t>(std::min(least, 256.0));
    // From 31 on no difference but 0 counts, and that is 0 at any.
    numbers.multipliers.front().shift = std::min(numbers.multipliers.front().shift, 30);
    return numbers;
}

}  // namespace

GraphOp graph_op(const space::Softmax&) {
    return {plan, check, numbers};
}

}  // namespace nanonas::exporting
