// The gradient of a depthwise convolution to its weights: one output and one input channel at a
// time, up to three rows and columns of taps in registers. Part of weight_gradient.hpp.
#pragma once

#include "train/engine/fast/kernels/weight_gradient.hpp"

namespace nanonas::train::lanes {

/// Fills the plan's patches and blocks: one for each output channel.
void plan_depthwise_gradient(WeightGradientPlan& plan);

/// As accumulate_weight_gradient, of output channel `channel`.
void accumulate_depthwise_gradient(const WeightGradientPlan& plan, Index channel, const float* dz,
                                   Index dz_row, Index y0, Index y1, const float* in, float* sums);

}  // namespace nanonas::train::lanes
