// One Adam step (Kingma, Ba 2015) over a flat run of parameters, in torch.optim.Adam's order:
//
//   p *= 1 - learning_rate * weight_decay
//   m = m + (1 - beta1) * (g - m),  v = beta2 * v + (1 - beta2) * g * g
//   p -= learning_rate / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
#pragma once

#include "train/engine/fast/kernels/lanes.hpp"

namespace nanonas::train::lanes {

struct AdamStep {
    double learning_rate = 1e-3;
    double weight_decay = 0.0;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-7;
    double step = 1.0;  ///< t, from 1 on
};

void adam(const AdamStep& step, Index count, const float* gradient, float* parameter, float* first,
          float* second);

}  // namespace nanonas::train::lanes
