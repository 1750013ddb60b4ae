#include "train/engine/fast/kernels/batch_norm.hpp"

#include <algorithm>
#include <cmath>

namespace nanonas::train::lanes {

void LaneSums::total(double& first, double& second) const {
    // Lane by lane over the groups, then over the lanes: short chains of additions.
    double lanes[2 * kLanes] = {};
    for (Index start = 0; start < batch; start += kLanes) {
        const float* group = groups[start / kLanes];
        if (batch - start >= kLanes) {
            for (Index i = 0; i < 2 * kLanes; ++i) {
                lanes[i] += static_cast<double>(group[i]);
            }
            continue;
        }
        for (Index lane = 0; lane < batch - start; ++lane) {
            lanes[lane] += static_cast<double>(group[lane]);
            lanes[kLanes + lane] += static_cast<double>(group[kLanes + lane]);
        }
    }
    for (Index half = kLanes / 2; half > 0; half /= 2) {
        for (Index lane = 0; lane < half; ++lane) {
            lanes[lane] += lanes[lane + half];
            lanes[kLanes + lane] += lanes[kLanes + lane + half];
        }
    }
    first = lanes[0];
    second = lanes[kLanes];
}

ChannelStatistics channel_statistics(const LaneSums& sums, double pixels, double epsilon) {
    double sum = 0.0;
    double squares = 0.0;
    sums.total(sum, squares);
    ChannelStatistics statistics;
    statistics.mean = sum / pixels;
    statistics.variance = std::max(0.0, squares / pixels - statistics.mean * statistics.mean);
    statistics.inverse = 1.0 / std::sqrt(statistics.variance + epsilon);
    return statistics;
}

GradientCoefficients gradient_coefficients(const LaneSums& sums,
                                           const ChannelStatistics& statistics, float gamma,
                                           double pixels, float* gamma_gradient,
                                           float* beta_gradient) {
    double sum = 0.0;
    double product = 0.0;
    sums.total(sum, product);
    const double dgamma = (product - statistics.mean * sum) * statistics.inverse;
    *gamma_gradient = static_cast<float>(dgamma);
    *beta_gradient = static_cast<float>(sum);
    const double gain = static_cast<double>(gamma) * statistics.inverse;
    const double slope = -gain * dgamma * statistics.inverse / pixels;
    return {static_cast<float>(gain), static_cast<float>(slope),
            static_cast<float>(-gain * sum / pixels - slope * statistics.mean)};
}

}  // namespace nanonas::train::lanes
