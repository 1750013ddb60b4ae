// Convolutions of both kinds.
#include <cstdlib>

#include "export/native/graph/op/ops.hpp"
#include "export/native/op/linear.hpp"

namespace nanonas::exporting {

namespace {

std::int64_t even(std::int64_t count) {
    return count + count % 2;
}

/// A depthwise convolution of one channel is a convolution.
bool depthwise(const space::Node& node) {
    return std::holds_alternative<space::DepthwiseConv2d>(node.op) && node.input.channels > 1;
}

void plan(GraphPlanner& planner, const space::Node& node) {
    const space::Window window = space::window_of(node.op);
    const bool alone = depthwise(node);
    GraphStage& stage = planner.add_window(
        node, alone ? GraphKernel::kDepthwise : GraphKernel::kConv, window, true);
    if (alone) {
        stage.group = node.output.channels / node.input.channels;
        stage.weight_bytes = aligned_bytes(window.area() * stage.out);
    } else {
        stage.taps = aligned_bytes(window.area() * stage.in);
        stage.weight_bytes = stage.taps * even(stage.out);
    }
    stage.table_bytes = channel_tables(stage.out);
}

/// [out][taps] as [taps][out].
std::vector<std::int8_t> by_taps(const std::vector<std::int8_t>& weights, std::size_t outputs) {
    std::vector<std::int8_t> turned(weights.size());
    const std::size_t taps = weights.size() / outputs;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        turned[i % taps * outputs + i / taps] = weights[i];
    }
    return turned;
}

/// By pairs of outputs, four taps of the one and four of the other in turn; what is missing is 0.
std::vector<std::int8_t> by_fours(const std::vector<std::int8_t>& weights,
                                  const GraphStage& stage) {
    std::vector<std::int8_t> filled(static_cast<std::size_t>(stage.weight_bytes), 0);
    const auto taps = static_cast<std::size_t>(stage.taps);
    const std::size_t own = weights.size() / static_cast<std::size_t>(stage.out);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const std::size_t out = i / own, tap = i % own;
        filled[out / 2 * 2 * taps + tap / 4 * 8 + out % 2 * 4 + tap % 4] = weights[i];
    }
    return filled;
}

GraphNumbers numbers(const GraphStage& stage, const Int8Layer& layer) {
    constexpr std::int64_t kDoubledLimit = std::int64_t{1} << 30;
    constexpr std::int64_t kLargestValue = 255;
    const Int8Constants& conv = layer.constants;
    GraphNumbers numbers = plain_numbers(layer);
    const bool by_channel = stage.kernel == GraphKernel::kDepthwise;
    const std::size_t taps = conv.weights.size() / conv.bias.size();
    for (std::size_t out = 0; out < conv.bias.size(); ++out) {
        std::int64_t sum = 0, magnitudes = std::abs(std::int64_t{conv.bias[out]});
        for (std::size_t i = out * taps; i < (out + 1) * taps; ++i) {
            sum += conv.weights[i];
            magnitudes += kLargestValue * std::abs(conv.weights[i]);
        }
        numbers.quick = numbers.quick && magnitudes < kDoubledLimit;
        // A depthwise kernel reads values as they are, the other counted up from -128.
        const std::int64_t zero = layer.in.zero_point + (by_channel ? 0 : 128);
        const std::int64_t bias = conv.bias[out] - zero * sum;
        numbers.bias.push_back(static_cast<std::int32_t>(static_cast<std::uint32_t>(bias)));
    }
    numbers.weights =
        by_channel ? by_taps(conv.weights, conv.bias.size()) : by_fours(conv.weights, stage);
    numbers.in_fours = !by_channel;
    return numbers;
}

}  // namespace

GraphOp graph_convolution() {
    return {plan, check_linear, numbers};
}

GraphOp graph_op(const space::Conv2d&) {
    return graph_convolution();
}

GraphOp graph_op(const space::DepthwiseConv2d&) {
    return graph_convolution();
}

}  // namespace nanonas::exporting
