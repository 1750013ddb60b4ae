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

}  // namespace nanonas::exporting
