#include "train/engine/fast/kernels/peak.hpp"

#include <algorithm>
#include <chrono>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/engine/fast/kernels/peak.cpp"
#include "hwy/foreach_target.h"
#include "train/engine/fast/kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::train::lanes::HWY_NAMESPACE {
namespace {

/// Chains enough for the latency of two multiply-adds a cycle, few enough for sixteen registers.
constexpr Index kChains = 12;

template <Index... I>
HWY_INLINE void multiply_add(Vectors<kChains>& sums, V factor, V term,
                             std::integer_sequence<Index, I...>) {
    ((sums[I] = hn::MulAdd(sums[I], factor, term)), ...);
}

template <Index... I>
HWY_INLINE float finish(const Vectors<kChains>& sums, std::integer_sequence<Index, I...>) {
    V total = hn::Zero(kTag);
    ((total = hn::Add(total, sums[I])), ...);
    return hn::GetLane(hn::SumOfLanes(kTag, total));
}

template <Index... I>
HWY_INLINE void start(Vectors<kChains>& sums, std::integer_sequence<Index, I...>) {
    ((sums[I] = broadcast(static_cast<float>(I))), ...);
}

}  // namespace

const char* TargetName() {
    return hwy::TargetName(HWY_TARGET);
}

/// MulAdd is rounded once; else twice.
bool FusesMultiplyAdds() {
    return HWY_NATIVE_FMA != 0;
}

/// Floating-point operations done; the sum keeps the compiler from leaving them out.
double MultiplyAdds(Index rounds, float& sum) {
    Vectors<kChains> sums;
    start(sums, Sequence<kChains>());
    const V factor = broadcast(0.999F);
    const V term = broadcast(0.001F);
    for (Index round = 0; round < rounds; ++round) {
        multiply_add(sums, factor, term, Sequence<kChains>());
    }
    sum += finish(sums, Sequence<kChains>());
    return static_cast<double>(rounds * kChains * kWidth * 2);
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::train::lanes {

HWY_EXPORT(MultiplyAdds);
HWY_EXPORT(TargetName);
HWY_EXPORT(FusesMultiplyAdds);

std::string target_name() {
    return HWY_DYNAMIC_DISPATCH(TargetName)();
}

std::string arithmetic() {
    return HWY_DYNAMIC_DISPATCH(FusesMultiplyAdds)() ? "16 lanes fused" : target_name();
}

double measure_peak_gflops() {
    constexpr int kRuns = 30;
    constexpr Index kRounds = 300000;
    using Clock = std::chrono::steady_clock;
    double best = 0.0;
    volatile float kept = 0.0F;
    for (int run = 0; run < kRuns; ++run) {
        float sum = kept;
        const auto begin = Clock::now();
        const double operations = HWY_DYNAMIC_DISPATCH(MultiplyAdds)(kRounds, sum);
        const std::chrono::duration<double> seconds = Clock::now() - begin;
        kept = sum;
        best = std::max(best, operations / seconds.count() * 1e-9);
    }
    return best;
}

}  // namespace nanonas::train::lanes
#endif
