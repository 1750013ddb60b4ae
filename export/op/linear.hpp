// Sums of products, which a convolution and a dense layer share.
#pragma once

#include "export/op/ops.hpp"

namespace nanonas::exporting {

/// Output channels computed together.
constexpr std::int64_t kFloatLanes = 8;

/// [out][taps] -> [out / lanes][taps][lanes], absent outputs 0.
std::vector<float> pack_weights(const FloatLinear& layer);

/// FloatOp::run of both.
void run_linear(const FloatStep& step, const FloatOp::Map& input, FloatOp::Map& output);

/// [out][in][taps] -> [out][taps][in].
std::vector<float> channels_last(const std::vector<float>& weights, std::int64_t in,
                                 std::int64_t area);

/// FloatOp::linear of an operator with a window and weights [out][depth][height][width].
template <typename Operator>
FloatLinear window_linear(const FloatNetwork& network, const space::Node& node,
                          std::int64_t depth) {
    const auto& op = std::get<Operator>(node.op);
    return {
        node.name,
        false,
        op.activation == space::Activation::kRelu,
        op.window(),
        depth,
        node.input,
        node.output,
        channels_last(network.weights.at(node.name + ".weight").values, depth, op.window().area()),
        network.weights.at(node.name + ".bias").values,
        network.ceiling(node)};
}

}  // namespace nanonas::exporting
