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

/// Of a row of the window of a convolution, in pairs.
std::int64_t row_taps(const GraphStage& stage) {
    return even(stage.window * stage.in);
}

/// Channels in its tables, of which kernels read several at once.
std::int64_t listed(const GraphStage& stage) {
    return stage.kernel == GraphKernel::kConv ? even(stage.out) : aligned_bytes(stage.out);
}

void plan(GraphPlanner& planner, const space::Node& node) {
    const space::Window window = space::window_of(node.op);
    const bool alone = depthwise(node);
    const bool three =
        node.output.channels == node.input.channels && window.height == 3 && window.width == 3;
    GraphStage& stage = planner.add_window(node,
                                           !alone  ? GraphKernel::kConv
                                           : three ? GraphKernel::kDepthwise3x3
                                                   : GraphKernel::kDepthwise,
                                           window, true);
    if (alone) {
        stage.group = node.output.channels / node.input.channels;
        stage.weight_bytes = window.area() * aligned_bytes(stage.out);
    } else {
        stage.taps = aligned_bytes(window.height * row_taps(stage));
        stage.weight_bytes = stage.taps * even(stage.out);
    }
    stage.table_bytes = channel_tables(listed(stage));
}

/// Without a multiplier that makes nothing of any sum of at most `most`.
FixedMultiplier without_trace(const FixedMultiplier& multiplier, std::int64_t most) {
    const std::int64_t high = (most * multiplier.m0 >> 31) + 1;
    const bool none = multiplier.shift < -kMostRightShift && high < std::int64_t{1}
                                                                        << (-multiplier.shift - 1);
    return none ? FixedMultiplier{0, 0} : multiplier;
}

/// By four outputs, [tap][4]; what is missing is 0.
std::vector<std::int8_t> by_outputs(const std::vector<std::int8_t>& weights,
                                    const GraphStage& stage) {
    std::vector<std::int8_t> filled(static_cast<std::size_t>(stage.weight_bytes), 0);
    const std::size_t taps = weights.size() / static_cast<std::size_t>(stage.out);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const std::size_t out = i / taps;
        filled[out / 4 * 4 * taps + i % taps * 4 + out % 4] = weights[i];
    }
    return filled;
}

/// By pairs of outputs, [tap][2]; what is missing is 0.
std::vector<std::int8_t> by_pairs(const std::vector<std::int8_t>& weights,
                                  const GraphStage& stage) {
    std::vector<std::int8_t> filled(static_cast<std::size_t>(stage.weight_bytes), 0);
    const auto taps = static_cast<std::size_t>(stage.taps);
    const std::size_t own = weights.size() / static_cast<std::size_t>(stage.out);
    const auto run = static_cast<std::size_t>(stage.window * stage.in);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const std::size_t out = i / own;
        const std::size_t tap = i % own / run * (run + run % 2) + i % own % run;
        filled[out / 2 * 2 * taps + tap * 2 + out % 2] = weights[i];
    }
    return filled;
}

GraphNumbers numbers(const GraphStage& stage, const Int8Layer& layer) {
    constexpr std::int64_t kDoubledLimit = std::int64_t{1} << 30;
    constexpr std::int64_t kLargestValue = 255;
    const Int8Constants& conv = layer.constants;
    GraphNumbers numbers = plain_numbers(layer);
    bool fits = true;
    const bool by_channel = stage.kernel != GraphKernel::kConv;
    const std::size_t taps = conv.weights.size() / conv.bias.size();
    for (std::size_t out = 0; out < conv.bias.size(); ++out) {
        std::int64_t sum = 0, magnitudes = std::abs(std::int64_t{conv.bias[out]});
        for (std::size_t i = out * taps; i < (out + 1) * taps; ++i) {
            sum += conv.weights[i];
            magnitudes += kLargestValue * std::abs(conv.weights[i]);
        }
        fits = fits && magnitudes < kDoubledLimit;
        if (magnitudes < kDoubledLimit) {
            numbers.multipliers[out] = without_trace(numbers.multipliers[out], magnitudes);
        }
        // A depthwise kernel reads values as they are, the other counted up from -128.
        const std::int64_t zero = layer.in.zero_point + (by_channel ? 0 : 128);
        const std::int64_t bias = conv.bias[out] - zero * sum;
        numbers.bias.push_back(static_cast<std::int32_t>(static_cast<std::uint32_t>(bias)));
    }
    numbers.quick = fits && shifts_quickly(numbers);
    numbers.bias.resize(static_cast<std::size_t>(listed(stage)), 0);
    numbers.multipliers.resize(numbers.bias.size(), {0, 0});
    numbers.doubled = true;
    numbers.weights = by_channel ? by_outputs(conv.weights, stage) : by_pairs(conv.weights, stage);
    numbers.in_pairs = !by_channel;
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
