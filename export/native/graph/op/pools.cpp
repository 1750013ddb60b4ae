// Pools of any window, and the mean of a whole map.
#include "export/native/graph/op/ops.hpp"
#include "export/native/op/ops.hpp"

namespace nanonas::exporting {

namespace {

template <GraphKernel kKernel>
void plan_pool(GraphPlanner& planner, const space::Node& node) {
    planner.add_window(node, kKernel, space::window_of(node.op), false);
}

void plan_global(GraphPlanner& planner, const space::Node& node) {
    // Sums of this many values of up to 255 can be doubled.
    constexpr std::int64_t kMostPositions = 4'000'000;
    if (node.input.height * node.input.width > kMostPositions) {
        GraphPlanner::refuse(node, "averages at most 4,000,000 positions");
    }
    GraphStage& stage = planner.add_sums(node, GraphKernel::kGlobalAverage, node.output.channels);
    // A multiplier and a shift, where it writes other parameters than it reads.
    stage.table_bytes = 8;
}

void check_global(const Int8Layer& layer) {
    if (layer.constants.multipliers.empty()) {
        check_same_params(layer);
    } else {
        check_multipliers(layer, 1);
    }
}

GraphNumbers global_numbers(const GraphStage&, const Int8Layer& layer) {
    GraphNumbers numbers = plain_numbers(layer);
    numbers.low = -128 - layer.out.zero_point;
    numbers.high = 127 - layer.out.zero_point;
    numbers.quick = stays_quick(numbers, 255 * layer.node.input.height * layer.node.input.width);
    return numbers;
}

}  // namespace

GraphOp graph_op(const space::MaxPool2d&) {
    return {plan_pool<GraphKernel::kMaxPool>, check_same_params, no_numbers};
}

GraphOp graph_op(const space::AveragePool2d&) {
    return {plan_pool<GraphKernel::kAveragePool>, check_same_params, no_numbers};
}

GraphOp graph_op(const space::GlobalAveragePool&) {
    return {plan_global, check_global, global_numbers};
}

}  // namespace nanonas::exporting
