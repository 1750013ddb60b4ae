#include "train/engine/fast/kernels/lane_sums.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/engine/fast/kernels/lane_sums.cpp"
#include "hwy/foreach_target.h"
#include "train/engine/fast/kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::train::lanes::HWY_NAMESPACE {

void AddLanes(const float* sums, Index count, Index live, float* out) {
    Index j = 0;
#if HWY_TARGET != HWY_SCALAR
    // Quarters of a pixel are added first, then four pixels are transposed and added.
    constexpr hn::CappedTag<float, 4> tag;
    using Quarter = hn::Vec<decltype(tag)>;
    for (; live == kLanes && j + 4 <= count; j += 4) {
        Quarter q[4];
        for (Index k = 0; k < 4; ++k) {
            const float* p = sums + (j + k) * kLanes;
            q[k] = hn::Add(hn::Add(hn::Load(tag, p), hn::Load(tag, p + 4)),
                           hn::Add(hn::Load(tag, p + 8), hn::Load(tag, p + 12)));
        }
        // (q0[0] + q0[2], q1[0] + q1[2], q0[1] + q0[3], q1[1] + q1[3])
        const Quarter low =
            hn::Add(hn::InterleaveLower(tag, q[0], q[1]), hn::InterleaveUpper(tag, q[0], q[1]));
        const Quarter high =
            hn::Add(hn::InterleaveLower(tag, q[2], q[3]), hn::InterleaveUpper(tag, q[2], q[3]));
        hn::StoreU(
            hn::Add(hn::ConcatLowerLower(tag, high, low), hn::ConcatUpperUpper(tag, high, low)),
            tag, out + j);
    }
#endif
    for (; j < count; ++j) {
        float total = 0.0F;
        for (Index lane = 0; lane < live; ++lane) {
            total += sums[j * kLanes + lane];
        }
        out[j] = total;
    }
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::train::lanes {

HWY_EXPORT(AddLanes);

void add_lanes(const float* sums, Index count, Index live, float* out) {
    HWY_DYNAMIC_DISPATCH(AddLanes)(sums, count, live, out);
}

}  // namespace nanonas::train::lanes
#endif
