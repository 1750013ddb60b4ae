#include "export/simd/kernels/requantize.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "export/simd/kernels/requantize.cpp"
#include "hwy/foreach_target.h"

#include "export/simd/kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::exporting::simd::HWY_NAMESPACE {
namespace {

using Ints = Tag<std::int32_t>;
using V = hn::Vec<Ints>;

/// saturating_rounding_doubling_high_mul() of a `b` that is not negative: bits 31 to 62 of
/// a b + 2^30.
HWY_INLINE V high_mul(V a, V b) {
    const Ints tag;
#if HWY_TARGET == HWY_SCALAR
    const std::int64_t product = std::int64_t{hn::GetLane(a)} * hn::GetLane(b);
    return hn::Set(tag, static_cast<std::int32_t>((product + (std::int64_t{1} << 30)) >> 31));
#else
    const hn::Repartition<std::int64_t, Ints> wide;
    const hn::Repartition<std::uint64_t, Ints> bits;
    const auto half = hn::Set(wide, std::int64_t{1} << 30);
    const auto even = hn::Add(hn::MulEven(a, b), half);
    const auto odd = hn::Add(hn::MulEven(hn::DupOdd(a), hn::DupOdd(b)), half);
    return hn::OddEven(hn::BitCast(tag, hn::ShiftLeft<1>(hn::BitCast(bits, odd))),
                       hn::BitCast(tag, hn::ShiftRight<31>(hn::BitCast(bits, even))));
#endif
}

/// rounding_divide_by_pot(): the magnitude plus half fits 32 bits without a sign.
HWY_INLINE V divide_by_pot(V x, V exponent) {
    const Ints tag;
    const hn::RebindToUnsigned<Ints> bits;
    const V sign = hn::BroadcastSignBit(x);
    const auto magnitude = hn::BitCast(bits, hn::Sub(hn::Xor(x, sign), sign));
    const auto shift = hn::BitCast(bits, exponent);
    const auto half = hn::ShiftRight<1>(hn::Shl(hn::Set(bits, 1U), shift));
    const V rounded = hn::BitCast(tag, hn::Shr(hn::Add(magnitude, half), shift));
    return hn::Sub(hn::Xor(rounded, sign), sign);
}

}  // namespace

void RequantizeSums(const Requantization& call) {
    const Ints tag;
    const hn::Rebind<std::int8_t, Ints> bytes;
    // Clamped before the zero point is added, which could leave 32 bits.
    const V low = hn::Set(tag, call.clamp_min - call.zero_point);
    const V high = hn::Set(tag, call.clamp_max - call.zero_point);
    const V zero_point = hn::Set(tag, call.zero_point);
    const Index total = call.pixels * call.channels;
    for (Index first = 0; first < total; first += call.channels) {
        for (Index channel = 0; channel < call.channels; channel += kWidth) {
            const V scaled = high_mul(hn::LoadU(tag, call.sums + first + channel),
                                      hn::LoadU(tag, call.m0 + channel));
            const V value = divide_by_pot(scaled, hn::LoadU(tag, call.shifts + channel));
            const auto out =
                hn::DemoteTo(bytes, hn::Add(hn::Min(hn::Max(value, low), high), zero_point));
            // What a vector writes behind a pixel, the next pixel writes again.
            std::int8_t* const to = call.out + first + channel;
            if (first + channel + kWidth <= total) {
                hn::StoreU(out, bytes, to);
            } else {
                alignas(64) std::int8_t lanes[kLanes];
                hn::Store(out, bytes, lanes);
                std::copy_n(lanes, std::min(kWidth, call.channels - channel), to);
            }
        }
    }
}

}  // namespace nanonas::exporting::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::exporting::simd {

HWY_EXPORT(RequantizeSums);

void requantize(const Requantization& call) {
    HWY_DYNAMIC_DISPATCH(RequantizeSums)(call);
}

}  // namespace nanonas::exporting::simd
#endif
