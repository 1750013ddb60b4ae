#include <algorithm>
#include <cmath>

#include "export/native/graph/op/ops.hpp"
#include "export/native/op/ops.hpp"

namespace nanonas::exporting {

namespace {

void plan(GraphPlanner& planner, const space::Node& node) {
    if (node.input.height != 1 || node.input.width != 1 ||
        node.input.channels > kMostSoftmaxChannels) {
        GraphPlanner::refuse(node, "runs a softmax over a 1x1 map of at most 4095 channels, not " +
                                       to_string(node.input));
    }
    planner.add(node, GraphKernel::kSoftmax).table_bytes = 4 + 4;
}

void check(const Int8Layer& layer) {
    check_multipliers(layer, 1);
    if (!(layer.out == QuantParams{1.0F / 256.0F, -128})) {
        refuse_c_layer(layer.node.name, "writes other parameters than 1/256 and -128");
    }
}

GraphNumbers numbers(const GraphStage&, const Int8Layer& layer) {
    GraphNumbers numbers = plain_numbers(layer);
    numbers.quick = true;
    numbers.left_shifts = true;
    // Differences that leave Q5.26 count as nothing; none is larger than 255.
    const double least =
        std::floor(std::ldexp(31.0, 26 - numbers.multipliers.front().shift));
    numbers.least = -static_cast<std::int32_t>(std::min(least, 256.0));
    return numbers;
}

}  // namespace

GraphOp graph_op(const space::Softmax&) {
    return {plan, check, numbers};
}

}  // namespace nanonas::exporting
