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

template <bool kRelu>
HWY_INLINE V rectified(V value) {
    return kRelu ? hn::Max(value, hn::Zero(kTag)) : value;
}

template <bool kRelu, typename Gate>
HWY_INLINE V open_only(Gate gate, V value) {
    return kRelu ? hn::IfThenElseZero(gate, value) : value;
}

/// One channel; the maximum of an affine map is at the largest z when it rises, else the smallest.
template <bool kRising, bool kKeep, bool kRelu>
void pool_channel(const MapShape& shape, const MapShape& pooled, const float* z, float scale,
                  float shift, float* pre, float* out) {
    const V s = broadcast(scale);
    const V t = broadcast(shift);
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
                store(rectified<kRelu>(hn::MulAdd(s, picked, t)), out + to);
            }
        }
    }
}

template <bool kRelu>
void pool(const MapShape& shape, const MapShape& pooled, Index first, Index last, const float* z,
          const float* scale, const float* shift, float* pre, float* out) {
    for (Index c = first; c < last; ++c) {
        const float* from = z + shape.at(c, 0, 0);
        const Index to = pooled.at(c, 0, 0);
        const float s = scale[c];
        if (pre == nullptr) {
            (s >= 0.0F ? pool_channel<true, false, kRelu>
                       : pool_channel<false, false, kRelu>)(shape, pooled, from, s, shift[c],
                                                            nullptr, out + to);
        } else {
            (s >= 0.0F ? pool_channel<true, true, kRelu>
                       : pool_channel<false, true, kRelu>)(shape, pooled, from, s, shift[c],
                                                           pre + to, out + to);
        }
    }
}

template <bool kRelu>
void plain(const MapShape& shape, Index first, Index last, const float* z, const float* scale,
           const float* shift, float* out) {
    for (Index c = first; c < last; ++c) {
        const V s = broadcast(scale[c]);
        const V t = broadcast(shift[c]);
        for (Index y = 0; y < shape.height; ++y) {
            const Index line = shape.at(c, y, 0);
            for (Index at = line; at < line + shape.width * kLanes; at += kWidth) {
                store(rectified<kRelu>(hn::MulAdd(s, load(z + at), t)), out + at);
            }
        }
    }
}

template <bool kRelu>
void sum_with(const MapShape& shape, Index first, Index last, const float* z, const float* scale,
              const float* shift, const float* skip, float* out) {
    for (Index c = first; c < last; ++c) {
        const V s = broadcast(scale[c]);
        const V t = broadcast(shift[c]);
        for (Index y = 0; y < shape.height; ++y) {
            const Index line = shape.at(c, y, 0);
            for (Index at = line; at < line + shape.width * kLanes; at += kWidth) {
                const V sum = hn::Add(hn::MulAdd(s, load(z + at), t), load(skip + at));
                store(rectified<kRelu>(sum), out + at);
            }
        }
    }
}

template <bool kRelu>
void average(const MapShape& shape, Index first, Index last, const float* z, const float* scale,
             const float* shift, float* totals) {
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
                    row_sum = hn::Add(row_sum, open_only<kRelu>(gate, affine));
                    row_open = hn::Add(row_open, open_only<kRelu>(gate, one));
                    row_pre = hn::Add(row_pre, open_only<kRelu>(gate, value));
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

}  // namespace

void ActivatePool(const MapShape& shape, const MapShape& pooled, bool relu, Index first, Index last,
                  const float* z, const float* scale, const float* shift, float* pre, float* out) {
    (relu ? pool<true> : pool<false>)(shape, pooled, first, last, z, scale, shift, pre, out);
}

void Activate(const MapShape& shape, bool relu, Index first, Index last, const float* z,
              const float* scale, const float* shift, float* out) {
    (relu ? plain<true> : plain<false>)(shape, first, last, z, scale, shift, out);
}

void ActivateSum(const MapShape& shape, bool relu, Index first, Index last, const float* z,
                 const float* scale, const float* shift, const float* skip, float* out) {
    (relu ? sum_with<true> : sum_with<false>)(shape, first, last, z, scale, shift, skip, out);
}

void ActivateAverage(const MapShape& shape, bool relu, Index first, Index last, const float* z,
                     const float* scale, const float* shift, float* totals) {
    (relu ? average<true> : average<false>)(shape, first, last, z, scale, shift, totals);
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::train::lanes {

HWY_EXPORT(ActivatePool);
HWY_EXPORT(Activate);
HWY_EXPORT(ActivateSum);
HWY_EXPORT(ActivateAverage);

void activate_pool(const MapShape& shape, const MapShape& pooled, bool relu, Index first,
                   Index last, const float* z, const float* scale, const float* shift, float* pre,
                   float* out) {
    HWY_DYNAMIC_DISPATCH(ActivatePool)
    (shape, pooled, relu, first, last, z, scale, shift, pre, out);
}

void activate(const MapShape& shape, bool relu, Index first, Index last, const float* z,
              const float* scale, const float* shift, float* out) {
    HWY_DYNAMIC_DISPATCH(Activate)(shape, relu, first, last, z, scale, shift, out);
}

void activate_sum(const MapShape& shape, bool relu, Index first, Index last, const float* z,
                  const float* scale, const float* shift, const float* skip, float* out) {
    HWY_DYNAMIC_DISPATCH(ActivateSum)(shape, relu, first, last, z, scale, shift, skip, out);
}

void activate_average(const MapShape& shape, bool relu, Index first, Index last, const float* z,
                      const float* scale, const float* shift, float* totals) {
    HWY_DYNAMIC_DISPATCH(ActivateAverage)(shape, relu, first, last, z, scale, shift, totals);
}

}  // namespace nanonas::train::lanes
#endif
