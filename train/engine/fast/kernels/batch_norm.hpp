// Batch norm over the whole batch from per-lane sums of each group: statistics and the affine map
// they make, and the coefficients of the gradient. A few numbers per channel: plain loops.
#pragma once

#include "train/engine/fast/kernels/activation_gradient.hpp"
#include "train/engine/fast/kernels/lanes.hpp"

namespace nanonas::train::lanes {

/// Two per-lane sums [2][16] of one channel from each group of a batch.
struct LaneSums {
    const float* const* groups = nullptr;
    Index batch = 0;  ///< images; lanes past the last are left out

    /// Both sums over all groups and live lanes, in a fixed order.
    void total(double& first, double& second) const;
};

/// What normalizes one channel of a batch. z is the convolution's output less `origin`, which keeps
/// the sum of squares from cancelling.
struct ChannelStatistics {
    double mean = 0.0;      ///< of z
    double variance = 0.0;  ///< biased
    double inverse = 0.0;   ///< 1 / sqrt(variance + epsilon)
};

/// sums: of z and of z squared, over `pixels` pixels.
ChannelStatistics channel_statistics(const LaneSums& sums, double pixels, double epsilon);

/// sums: of dy and of dy * z. Writes dgamma and dbeta.
GradientCoefficients gradient_coefficients(const LaneSums& sums,
                                           const ChannelStatistics& statistics, float gamma,
                                           double pixels, float* gamma_gradient,
                                           float* beta_gradient);

}  // namespace nanonas::train::lanes
