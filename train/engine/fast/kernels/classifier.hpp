// The end of a network over one group: dense layer, softmax cross-entropy and their gradients.
// Features and logits are [n][16].
#pragma once

#include <cstdint>

#include "train/engine/fast/kernels/lanes.hpp"

namespace nanonas::train::lanes {

struct DenseShape {
    Index features = 0;
    Index classes = 0;
};

/// logits[k] = bias[k] + sum over c of weights[k][c] * features[c].
void dense(const DenseShape& shape, const float* weights, const float* bias, const float* features,
           float* logits);

/// Softmax cross-entropy against (1 - smoothing) * one-hot + smoothing / classes.
/// gradient[k] = (probability - target) / batch, zero past the `live` lanes. Returns the sum of
/// the live lanes' losses.
double cross_entropy(Index classes, Index live, const std::int32_t* labels, double smoothing,
                     double batch, const float* logits, float* gradient);

/// weight_gradient[k][c], bias_gradient[k] over the live lanes, and features_gradient[c].
/// products: scratch [classes * features][16].
void dense_gradient(const DenseShape& shape, Index live, const float* weights,
                    const float* features, const float* logits_gradient, float* products,
                    float* weight_gradient, float* bias_gradient, float* features_gradient);

}  // namespace nanonas::train::lanes
