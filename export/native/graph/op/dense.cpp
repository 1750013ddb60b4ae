#include "export/int8/multiplier.hpp"
#include "export/native/graph/op/ops.hpp"
#include "export/native/op/linear.hpp"

namespace nanonas::exporting {

namespace {

void plan(GraphPlanner& planner, const space::Node& node) {
    GraphStage& stage = planner.add_sums(node, GraphKernel::kDense, node.output.channels);
    stage.taps = node.input.channels;
    stage.weight_bytes = aligned_bytes(stage.taps * (stage.out + stage.out % 2));
    // A factor is 8 bytes, there is no multiplier.
    stage.table_bytes = channel_tables(stage.out) + 4 * stage.out;
}

GraphNumbers numbers(const GraphStage& stage, const Int8Layer& layer) {
    const Int8Constants& dense = layer.constants;
    GraphNumbers numbers = plain_numbers(layer);
    numbers.multipliers.clear();
    numbers.quick = true;
    numbers.weights = dense.weights;
    numbers.weights.resize(static_cast<std::size_t>(stage.taps * (stage.out + stage.out % 2)), 0);
    for (std::size_t out = 0; out < dense.bias.size(); ++out) {
        std::int64_t sum = 0;
        for (std::int64_t i = 0; i < stage.taps; ++i) {
            sum += dense.weights[out * static_cast<std::size_t>(stage.taps) +
                                 static_cast<std::size_t>(i)];
        }
        // Values are read as they are.
        numbers.bias.push_back(static_cast<std::int32_t>(
            static_cast<std::uint32_t>(dense.bias[out] - layer.in.zero_point * sum)));
        numbers.factors.push_back(real_factor(layer, out));
    }
    return numbers;
}

}  // namespace

GraphOp graph_op(const space::Dense&) {
    return {plan, check_linear, numbers};
}

}  // namespace nanonas::exporting
