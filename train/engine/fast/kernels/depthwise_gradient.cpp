#include "train/engine/fast/kernels/depthwise_gradient.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/engine/fast/kernels/depthwise_gradient.cpp"
#include "hwy/foreach_target.h"
#include "train/engine/fast/kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::train::lanes::HWY_NAMESPACE {
namespace {

constexpr Index kMostTaps = 3;  ///< rows and columns of a patch

struct Call {
    const float* dz;
    Index dz_row;
    const float* in;                  ///< what the patch's first tap meets at dz's first pixel
    Index tap_row, in_row, in_pixel;  ///< from one row of taps, one row and pixel of dz to the next
    Index rows, width;
    float* sums;     ///< of the patch's first tap
    Index sums_row;  ///< from one row of taps to the next
    bool first;
};

template <Index R, Index K, Index... T>
HWY_INLINE void read_sums(Vectors<R * K>& sums, const Call& call, Index chunk,
                          std::integer_sequence<Index, T...>) {
    ((sums[T] = call.first ? hn::Zero(kTag)
                           : load(call.sums + T / K * call.sums_row + T % K * kLanes + chunk)),
     ...);
}

template <Index R, Index K, Index... T>
HWY_INLINE void write_sums(const Vectors<R * K>& sums, const Call& call, Index chunk,
                           std::integer_sequence<Index, T...>) {
    (store(sums[T], call.sums + T / K * call.sums_row + T % K * kLanes + chunk), ...);
}

template <Index R, Index K, Index... T>
HWY_INLINE void multiply_pixel(Vectors<R * K>& sums, V dz, const Registers<const float*, R>& in,
                               Index from, std::integer_sequence<Index, T...>) {
    ((sums[T] = hn::MulAdd(dz, load(in[T / K] + T % K * kLanes + from), sums[T])), ...);
}

template <Index R, Index... I>
HWY_INLINE void point(Registers<const float*, R>& rows, const float* first, Index step,
                      std::integer_sequence<Index, I...>) {
    ((rows[I] = first + I * step), ...);
}

template <Index R, Index K>
void accumulate_patch(const Call& call) {
    for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
        Vectors<R * K> sums;
        read_sums<R, K>(sums, call, chunk, Sequence<R * K>());
        for (Index row = 0; row < call.rows; ++row) {
            const float* dz = call.dz + row * call.dz_row + chunk;
            Registers<const float*, R> in;
            point(in, call.in + row * call.in_row + chunk, call.tap_row, Sequence<R>());
            Index from = 0;
            for (Index at = 0; at < call.width * kLanes; at += kLanes) {
                multiply_pixel<R, K>(sums, load(dz + at), in, from, Sequence<R * K>());
                from += call.in_pixel;
            }
        }
        write_sums<R, K>(sums, call, chunk, Sequence<R * K>());
    }
}

using Patch = void (*)(const Call&);

template <Index... P>
Patch pick(Index rows, Index columns, std::integer_sequence<Index, P...>) {
    static constexpr Patch kTable[] = {&accumulate_patch<P / kMostTaps + 1, P % kMostTaps + 1>...};
    return kTable[(rows - 1) * kMostTaps + columns - 1];
}

}  // namespace

void AccumulateDepthwise(const WeightGradientPlan& plan, Index channel, const float* dz,
                         Index dz_row, Index y0, Index y1, const float* in, float* sums) {
    const Taps& taps = plan.taps;
    for (const TapPatch& patch : plan.patches) {
        pick(patch.rows, patch.columns, Sequence<kMostTaps * kMostTaps>())(
            {dz, dz_row,
             in + taps.in.at(channel / plan.multiplier, y0 * taps.in_step_y + patch.y, patch.x),
             taps.in.row(), taps.in.row() * taps.in_step_y, kLanes * taps.in_step_x, y1 - y0,
             taps.out.width, sums + patch.sum * kLanes, plan.columns * kLanes, y0 == 0});
    }
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::train::lanes {

HWY_EXPORT(AccumulateDepthwise);

void plan_depthwise_gradient(WeightGradientPlan& plan) {
    constexpr Index kMost = 3;
    const std::vector<Tap>& taps = plan.taps.phases.front().taps;
    const Index rows = plan.kept() / plan.columns;
    for (Index y = 0; y < rows; y += kMost) {
        for (Index x = 0; x < plan.columns; x += kMost) {
            const Index sum = y * plan.columns + x;
            const Tap& tap = taps[static_cast<std::size_t>(sum)];
            plan.patches.push_back(
                {tap.y, tap.x, std::min(kMost, rows - y), std::min(kMost, plan.columns - x), sum});
        }
    }
    plan.out_blocks.assign(static_cast<std::size_t>(plan.out().channels), 1);
}

void accumulate_depthwise_gradient(const WeightGradientPlan& plan, Index channel, const float* dz,
                                   Index dz_row, Index y0, Index y1, const float* in, float* sums) {
    HWY_DYNAMIC_DISPATCH(AccumulateDepthwise)(plan, channel, dz, dz_row, y0, y1, in, sums);
}

}  // namespace nanonas::train::lanes
#endif
