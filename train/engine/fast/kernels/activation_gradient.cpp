#include "train/engine/fast/kernels/activation_gradient.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/engine/fast/kernels/activation_gradient.cpp"
#include "hwy/foreach_target.h"
#include "train/engine/fast/kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::train::lanes::HWY_NAMESPACE {
namespace {

/// Pixels [x0, x1) of a row that no gradient reaches but through the batch's mean and variance.
HWY_INLINE void rest_of_row(const float* z, float* dz, Index x0, Index x1, V slope, V offset) {
    for (Index at = x0 * kLanes; at < x1 * kLanes; at += kWidth) {
        store(hn::MulAdd(slope, load(z + at), offset), dz + at);
    }
}

}  // namespace

void GradientPool(const GradientRows& rows, const GradientCoefficients& coefficients,
                  const float* g, const float* pre, Index pooled_row) {
    const V gain = broadcast(coefficients.gain);
    const V slope = broadcast(coefficients.slope);
    const V offset = broadcast(coefficients.offset);
    const Index windows = rows.width / 2;
    Index y = 0;
    for (; y + 2 <= rows.rows; y += 2) {
        const float* z0 = rows.z + y * rows.z_row;
        const float* z1 = z0 + rows.z_row;
        float* d0 = rows.dz + y * rows.dz_row;
        float* d1 = d0 + rows.dz_row;
        const Index line = y / 2 * pooled_row;
        for (Index x = 0; x < windows; ++x) {
            for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
                const Index at = 2 * x * kLanes + chunk;
                const Index from = line + x * kLanes + chunk;
                const V picked = load(pre + from);
                const V step = hn::Mul(gain, load(g + from));
                const V a = load(z0 + at);
                const V b = load(z0 + at + kLanes);
                const V c = load(z1 + at);
                const V d = load(z1 + at + kLanes);
                // The first pixel that equals the picked one takes the step, the others zero.
                const auto is_a = hn::Eq(a, picked);
                const auto is_b = hn::Eq(b, picked);
                const auto is_c = hn::Eq(c, picked);
                const V zero = hn::Zero(kTag);
                const V for_a = hn::IfThenElseZero(is_a, step);
                const V not_a = hn::IfThenElse(is_a, zero, step);
                const V for_b = hn::IfThenElseZero(is_b, not_a);
                const V not_b = hn::IfThenElse(is_b, zero, not_a);
                const V for_c = hn::IfThenElseZero(is_c, not_b);
                const V for_d = hn::IfThenElse(is_c, zero, not_b);
                store(hn::Add(hn::MulAdd(slope, a, offset), for_a), d0 + at);
                store(hn::Add(hn::MulAdd(slope, b, offset), for_b), d0 + at + kLanes);
                store(hn::Add(hn::MulAdd(slope, c, offset), for_c), d1 + at);
                store(hn::Add(hn::MulAdd(slope, d, offset), for_d), d1 + at + kLanes);
            }
        }
        rest_of_row(z0, d0, 2 * windows, rows.width, slope, offset);
        rest_of_row(z1, d1, 2 * windows, rows.width, slope, offset);
    }
    if (y < rows.rows) {
        rest_of_row(rows.z + y * rows.z_row, rows.dz + y * rows.dz_row, 0, rows.width, slope,
                    offset);
    }
}

void GradientPlain(const GradientRows& rows, const GradientCoefficients& coefficients,
                   const float* g, Index g_row) {
    const V gain = broadcast(coefficients.gain);
    const V slope = broadcast(coefficients.slope);
    const V offset = broadcast(coefficients.offset);
    for (Index y = 0; y < rows.rows; ++y) {
        const float* z = rows.z + y * rows.z_row;
        const float* from = g + y * g_row;
        float* dz = rows.dz + y * rows.dz_row;
        for (Index at = 0; at < rows.width * kLanes; at += kWidth) {
            store(hn::MulAdd(gain, load(from + at), hn::MulAdd(slope, load(z + at), offset)),
                  dz + at);
        }
    }
}

void GradientAverage(const GradientRows& rows, const GradientCoefficients& coefficients,
                     float scale, float shift, const float* g) {
    const V gain = broadcast(coefficients.gain);
    const V slope = broadcast(coefficients.slope);
    const V offset = broadcast(coefficients.offset);
    const V s = broadcast(scale);
    const V t = broadcast(shift);
    const V zero = hn::Zero(kTag);
    for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
        const V step = hn::Mul(gain, load(g + chunk));
        for (Index y = 0; y < rows.rows; ++y) {
            const float* z = rows.z + y * rows.z_row + chunk;
            float* dz = rows.dz + y * rows.dz_row + chunk;
            for (Index at = 0; at < rows.width * kLanes; at += kLanes) {
                const V value = load(z + at);
                const V taken = hn::IfThenElseZero(hn::Gt(hn::MulAdd(s, value, t), zero), step);
                store(hn::Add(hn::MulAdd(slope, value, offset), taken), dz + at);
            }
        }
    }
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::train::lanes {

HWY_EXPORT(GradientPool);
HWY_EXPORT(GradientPlain);
HWY_EXPORT(GradientAverage);

void activation_gradient_pool(const GradientRows& rows, const GradientCoefficients& coefficients,
                              const float* g, const float* pre, Index pooled_row) {
    HWY_DYNAMIC_DISPATCH(GradientPool)(rows, coefficients, g, pre, pooled_row);
}

void activation_gradient(const GradientRows& rows, const GradientCoefficients& coefficients,
                         const float* g, Index g_row) {
    HWY_DYNAMIC_DISPATCH(GradientPlain)(rows, coefficients, g, g_row);
}

void activation_gradient_average(const GradientRows& rows, const GradientCoefficients& coefficients,
                                 float scale, float shift, const float* g) {
    HWY_DYNAMIC_DISPATCH(GradientAverage)(rows, coefficients, scale, shift, g);
}

}  // namespace nanonas::train::lanes
#endif
