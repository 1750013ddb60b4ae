#include "train/engine/fast/kernels/classifier.hpp"

#include <cmath>

#include "train/engine/fast/kernels/lane_sums.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/engine/fast/kernels/classifier.cpp"
#include "hwy/foreach_target.h"
// After foreach_target.h:
#include "hwy/contrib/math/math-inl.h"
#include "train/engine/fast/kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::train::lanes::HWY_NAMESPACE {

void Dense(const DenseShape& shape, const float* weights, const float* bias, const float* features,
           float* logits) {
    for (Index k = 0; k < shape.classes; ++k) {
        for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
            V sum = broadcast(bias[k]);
            for (Index c = 0; c < shape.features; ++c) {
                sum = hn::MulAdd(broadcast(weights[k * shape.features + c]),
                                 load(features + c * kLanes + chunk), sum);
            }
            store(sum, logits + k * kLanes + chunk);
        }
    }
}

/// Probabilities into `out`; the largest logit and the sum of exponentials into `most`, `total`.
void Softmax(Index classes, const float* logits, float* out, float* most, float* total) {
    for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
        V largest = load(logits + chunk);
        for (Index k = 1; k < classes; ++k) {
            largest = hn::Max(largest, load(logits + k * kLanes + chunk));
        }
        V sum = hn::Zero(kTag);
        for (Index k = 0; k < classes; ++k) {
            const V e = hn::Exp(kTag, hn::Sub(load(logits + k * kLanes + chunk), largest));
            sum = hn::Add(sum, e);
            store(e, out + k * kLanes + chunk);
        }
        const V inverse = hn::Div(broadcast(1.0F), sum);
        for (Index k = 0; k < classes; ++k) {
            float* p = out + k * kLanes + chunk;
            store(hn::Mul(load(p), inverse), p);
        }
        store(largest, most + chunk);
        store(sum, total + chunk);
    }
}

void DenseGradient(const DenseShape& shape, const float* weights, const float* features,
                   const float* logits_gradient, float* products, float* features_gradient) {
    for (Index c = 0; c < shape.features; ++c) {
        for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
            const V feature = load(features + c * kLanes + chunk);
            V sum = hn::Zero(kTag);
            for (Index k = 0; k < shape.classes; ++k) {
                const V g = load(logits_gradient + k * kLanes + chunk);
                sum = hn::MulAdd(broadcast(weights[k * shape.features + c]), g, sum);
                store(hn::Mul(g, feature), products + (k * shape.features + c) * kLanes + chunk);
            }
            store(sum, features_gradient + c * kLanes + chunk);
        }
    }
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::train::lanes {

HWY_EXPORT(Dense);
HWY_EXPORT(Softmax);
HWY_EXPORT(DenseGradient);

void dense(const DenseShape& shape, const float* weights, const float* bias, const float* features,
           float* logits) {
    HWY_DYNAMIC_DISPATCH(Dense)(shape, weights, bias, features, logits);
}

double cross_entropy(Index classes, Index live, const std::int32_t* labels, double smoothing,
                     double batch, const float* logits, float* gradient) {
    alignas(64) float most[kLanes];
    alignas(64) float total[kLanes];
    HWY_DYNAMIC_DISPATCH(Softmax)(classes, logits, gradient, most, total);
    const double share = smoothing / static_cast<double>(classes);
    double loss = 0.0;
    for (Index lane = 0; lane < kLanes; ++lane) {
        if (lane >= live) {
            for (Index k = 0; k < classes; ++k) {
                gradient[k * kLanes + lane] = 0.0F;
            }
            continue;
        }
        const double log_total =
            static_cast<double>(most[lane]) + std::log(static_cast<double>(total[lane]));
        for (Index k = 0; k < classes; ++k) {
            const double target = (k == labels[lane] ? 1.0 - smoothing : 0.0) + share;
            float& g = gradient[k * kLanes + lane];
            if (target != 0.0) {
                loss += target * (log_total - static_cast<double>(logits[k * kLanes + lane]));
            }
            g = static_cast<float>((static_cast<double>(g) - target) / batch);
        }
    }
    return loss;
}

void dense_gradient(const DenseShape& shape, Index live, const float* weights,
                    const float* features, const float* logits_gradient, float* products,
                    float* weight_gradient, float* bias_gradient, float* features_gradient) {
    HWY_DYNAMIC_DISPATCH(DenseGradient)
    (shape, weights, features, logits_gradient, products, features_gradient);
    add_lanes(products, shape.classes * shape.features, live, weight_gradient);
    add_lanes(logits_gradient, shape.classes, live, bias_gradient);
}

}  // namespace nanonas::train::lanes
#endif
