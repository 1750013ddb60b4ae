#include "train/engine/fast/kernels/adam.hpp"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/engine/fast/kernels/adam.cpp"
#include "hwy/foreach_target.h"
#include "train/engine/fast/kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::train::lanes::HWY_NAMESPACE {
namespace {

/// Factors of a step, worked out once in double precision.
struct Factors {
    float keep;   ///< 1 - learning_rate * weight_decay
    float beta2;  ///< and one less each beta:
    float fresh1, fresh2;
    float rate;     ///< learning_rate / (1 - beta1^t)
    float unbias2;  ///< 1 / sqrt(1 - beta2^t)
    float epsilon;
};

template <class Tag>
HWY_INLINE void update(Tag tag, const Factors& f, const float* gradient, float* parameter,
                       float* first, float* second) {
    const auto set = [tag](float value) HWY_ATTR { return hn::Set(tag, value); };
    const auto g = hn::LoadU(tag, gradient);
    const auto m0 = hn::LoadU(tag, first);
    const auto m = hn::MulAdd(set(f.fresh1), hn::Sub(g, m0), m0);
    const auto v =
        hn::MulAdd(hn::Mul(set(f.fresh2), g), g, hn::Mul(set(f.beta2), hn::LoadU(tag, second)));
    const auto root = hn::MulAdd(hn::Sqrt(v), set(f.unbias2), set(f.epsilon));
    const auto p = hn::Mul(hn::LoadU(tag, parameter), set(f.keep));
    hn::StoreU(m, tag, first);
    hn::StoreU(v, tag, second);
    hn::StoreU(hn::NegMulAdd(set(f.rate), hn::Div(m, root), p), tag, parameter);
}

}  // namespace

void Adam(const AdamStep& step, Index count, const float* gradient, float* parameter, float* first,
          float* second) {
    const Factors factors{
        static_cast<float>(1.0 - step.learning_rate * step.weight_decay),
        static_cast<float>(step.beta2),
        static_cast<float>(1.0 - step.beta1),
        static_cast<float>(1.0 - step.beta2),
        static_cast<float>(step.learning_rate / (1.0 - std::pow(step.beta1, step.step))),
        static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(step.beta2, step.step))),
        static_cast<float>(step.epsilon)};
    Index i = 0;
    for (; i + kWidth <= count; i += kWidth) {
        update(kTag, factors, gradient + i, parameter + i, first + i, second + i);
    }
    constexpr hn::CappedTag<float, 1> one;
    for (; i < count; ++i) {
        update(one, factors, gradient + i, parameter + i, first + i, second + i);
    }
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::train::lanes {

HWY_EXPORT(Adam);

void adam(const AdamStep& step, Index count, const float* gradient, float* parameter, float* first,
          float* second) {
    HWY_DYNAMIC_DISPATCH(Adam)(step, count, gradient, parameter, first, second);
}

}  // namespace nanonas::train::lanes
#endif
