#include "train/average.hpp"

#include <cstddef>

namespace nanonas::train {

void WeightAverage::add(const space::Weights& weights, std::int64_t step) {
    if (step == 0 || average_.empty()) {
        average_ = weights;
        return;
    }
    const auto fresh = static_cast<float>(1.0 / (1.0 + share_ * static_cast<double>(step)));
    for (const auto& [name, tensor] : weights) {
        std::vector<float>& mean = average_.at(name).values;
        for (std::size_t i = 0; i < mean.size(); ++i) {
            mean[i] += (tensor.values[i] - mean[i]) * fresh;
        }
    }
}

}  // namespace nanonas::train
