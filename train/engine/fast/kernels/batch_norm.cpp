#include "train/engine/fast/kernels/batch_norm.hpp"

#include <algorithm>
#include <cmath>

namespace nanonas::train::lanes {

void LaneSums::total(double& first, double& second) const {
    first = 0.0;
    second = 0.0;
    for (Index start = 0; start < batch; start += kLanes) {
        const float* group = groups[start / kLanes];
        const Index live = std::min(kLanes, batch - start);
        for (Index lane = 0; lane < live; ++lane) {
            first += static_cast<double>(group[lane]);
            second += static_cast<double>(group[kLanes + lane]);
        }
    }
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
