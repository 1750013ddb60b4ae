// Sums and products, value by value.
#include "export/int8/multiplier.hpp"
#include "export/native/graph/op/ops.hpp"
#include "export/native/op/ops.hpp"

namespace nanonas::exporting {

namespace {

constexpr std::int32_t kOneShifted = 1 << 20;

void plan_add(GraphPlanner& planner, const space::Node& node) {
    planner.add(node, GraphKernel::kAdd).table_bytes = 3 * 4 + 4;
}

/// Factors and their zero point.
void plan_mul(GraphPlanner& planner, const space::Node& node) {
    GraphStage& stage = planner.add(node, GraphKernel::kChannelMul);
    stage.weight_bytes = aligned_bytes(stage.out);
    stage.table_bytes = 4 + 4 + 4;
}

void plan_channel_add(GraphPlanner& planner, const space::Node& node) {
    GraphStage& stage = planner.add(node, GraphKernel::kChannelAdd);
    stage.weight_bytes = 4 * stage.out;
    stage.table_bytes = 2 * 4 + 4;
}

template <std::size_t kMultipliers>
void check(const Int8Layer& layer) {
    check_multipliers(layer, kMultipliers);
}

template <std::size_t kMultipliers>
void check_channels(const Int8Layer& layer) {
    check_multipliers(layer, kMultipliers);
    if (layer.constants.weights.size() != static_cast<std::size_t>(layer.node.output.channels)) {
        refuse_c_layer(layer.node.name, "has tables of the wrong size");
    }
}

GraphNumbers add_numbers(const GraphStage&, const Int8Layer& layer) {
    return plain_numbers(layer);
}

GraphNumbers mul_numbers(const GraphStage&, const Int8Layer& layer) {
    GraphNumbers numbers = plain_numbers(layer);
    numbers.weights = layer.constants.weights;
    numbers.bias = {layer.constants.params.zero_point};
    numbers.quick = stays_quick(numbers, 255 * 255);
    return numbers;
}

GraphNumbers requantize_numbers(const GraphStage& stage, const Int8Layer& layer) {
    GraphNumbers numbers = plain_numbers(layer);
    numbers.weights.assign(static_cast<std::size_t>(stage.out), 1);
    numbers.bias = {0};
    numbers.quick = stays_quick(numbers, 255);
    return numbers;
}

GraphNumbers channel_add_numbers(const GraphStage&, const Int8Layer& layer) {
    GraphNumbers numbers = plain_numbers(layer);
    const Int8Constants& addends = layer.constants;
    for (const std::int8_t addend : addends.weights) {
        numbers.bias.push_back(
            requantize((addend - addends.params.zero_point) * kOneShifted, addends.multipliers[1]));
    }
    numbers.multipliers.erase(numbers.multipliers.begin() + 1);
    return numbers;
}

}  // namespace

GraphOp graph_op(const space::Add&) {
    return {plan_add, check<3>, add_numbers};
}

GraphOp graph_op(const space::ChannelMul&) {
    return {plan_mul, check_channels<1>, mul_numbers};
}

GraphOp graph_op(const space::ChannelAdd&) {
    return {plan_channel_add, check_channels<3>, channel_add_numbers};
}

GraphOp graph_op(const space::Requantize&) {
    return {plan_mul, check<1>, requantize_numbers};
}

GraphOp graph_op(const space::Relu&) {
    return {plan_mul, check<1>, requantize_numbers};
}

}  // namespace nanonas::exporting
