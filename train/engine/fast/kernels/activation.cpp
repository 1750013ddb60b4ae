#include "train/engine/fast/kernels/activation.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/engine/fast/kernels/activation.cpp"
#include "hwy/foreach_target.h"
#include "train/engine/fast/kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::train::lanes::HWY_NAMESPACE {
namespace {

template <bool kRising>
HWY_INLINE V extreme(V a, V b) {
    return kRising ? hn::Max(a, b) : hn::Min(a, b);
}

/// One channel; the maximum of an affine map is at the largest z when it rises, else the smallest.
template <bool kRising, bool kKeep>
HWY_INLINE void pool_channel(const MapShape& shape, const MapShape& pooled, const float* z,
                             float scale, float shift, float* pre, float* out) {
    const V s = broadcast(scale);
    const V t = broadcast(shift);
    const V zero = hn::Zero(kTag);
    for (Index y = 0; y < pooled.height; ++y) {
        const float* top = z + 2 * y * shape.row();
        const float* bottom = top + shape.row();
        const Index line = y * pooled.row();
        for (Index x = 0; x < pooled.width; ++x) {
            for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
                const Index at = 2 * x * kLanes + chunk;
                const V picked = extreme<kRising>(
                    extreme<kRising>(load(top + at), load(top + at + kLanes)),
                    extreme<kRising>(load(bottom + at), load(bottom + at + kLanes)));
                const Index to = line + x * kLanes + chunk;
                if (kKeep) {
                    store(picked, pre + to);
                }
                store(hn::Max(hn::MulAdd(s, picked, t), zero), out + to);
            }
        }
    }
}

}  // namespace

void ActivatePool(const MapShape& shape, Index first, Index last, const float* z,
                  const float* scale, const float* shift, float* pre, float* out) {
    const MapShape pooled{shape.channels, shape.height / 2, shape.width / 2};
    for (Index c = first; c < last; ++c) {
        const float* from = z + shape.at(c, 0, 0);
        const Index to = pooled.at(c, 0, 0);
        const float s = scale[c];
        if (pre == nullptr) {
            (s >= 0.0F ? pool_channel<true, false> : pool_channel<false, false>)(shape, pooled,
                                                                                 from, s, shift[c],
                                                                                 nullptr, out + to);
        } else {
            (s >= 0.0F ? pool_channel<true, true> : pool_channel<false, true>)(shape, pooled, from,
                                                                               s, shift[c],
                                                                               pre + to, out + to);
        }
    }
}

void Activate(const MapShape& shape, Index first, Index last, const float* z, const float* scale,
              const float* shift, float* out) {
    const V zero = hn::Zero(kTag);
    for (Index c = first; c < last; ++c) {
        const V s = broadcast(scale[c]);
        const V t = broadcast(shift[c]);
        for (Index y = 0; y < shape.height; ++y) {
            const Index line = shape.at(c, y, 0);
            for (Index at = line; at < line + shape.width * kLanes; at += kWidth) {
                store(hn::Max(hn::MulAdd(s, load(z + at), t), zero), out + at);
            }
        }
    }
}

void ActivateAverage(const MapShape& shape, Index first, Index last, const float* z,
                     const float* scale, const float* shift, float* totals) {
    const V zero = hn::Zero(kTag);
    const V one = broadcast(1.0F);
    for (Index c = first; c < last; ++c) {
        const V s = broadcast(scale[c]);
        const V t = broadcast(shift[c]);
        for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
            V sum = zero;
            V open = zero;
            V pre = zero;
            for (Index y = 0; y < shape.height; ++y) {
                const float* line = z + shape.at(c, y, 0) + chunk;
                // A row is summed by itself: shorter chains, smaller rounding errors.
                V row_sum = zero;
                V row_open = zero;
                V row_pre = zero;
                for (Index x = 0; x < shape.width; ++x) {
                    const V value = load(line + x * kLanes);
                    const V affine = hn::MulAdd(s, value, t);
                    const auto gate = hn::Gt(affine, zero);
                    row_sum = hn::Add(row_sum, hn::IfThenElseZero(gate, affine));
                    row_open = hn::Add(row_open, hn::IfThenElseZero(gate, one));
                    row_pre = hn::Add(row_pre, hn::IfThenElseZero(gate, value));
                }
                sum = hn::Add(sum, row_sum);
                open = hn::Add(open, row_open);
                pre = hn::Add(pre, row_pre);
            }
            float* to = totals + c * 3 * kLanes + chunk;
            store(sum, to);
            store(open, to + kLanes);
            store(pre, to + 2 * kLanes);
        }
    }
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::train::lanes {

HWY_EXPORT(ActivatePool);
HWY_EXPORT(Activate);
HWY_EXPORT(ActivateAverage);

void activate_pool(const MapShape& shape, Index first, Index last, const float* z,
                   const float* scale, const float* shift, float* pre, float* out) {
    HWY_DYNAMIC_DISPATCH(ActivatePool)(shape, first, last, z, scale, shift, pre, out);
}

void activate(const MapShape& shape, Index first, Index last, const float* z, const float* scale,
              const float* shift, float* out) {
    HWY_DYNAMIC_DISPATCH(Activate)(shape, first, last, z, scale, shift, out);
}

void activate_average(const MapShape& shape, Index first, Index last, const float* z,
                      const float* scale, const float* shift, float* totals) {
    HWY_DYNAMIC_DISPATCH(ActivateAverage)(shape, first, last, z, scale, shift, totals);
}

}  // namespace nanonas::train::lanes
#endif
