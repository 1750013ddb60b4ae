// Vectors of up to sixteen lanes for the target that foreach_target.h is compiling.
//
// Arrays of vectors need types of a fixed size, so the scalable targets are off (see CMakeLists).
#if defined(NANONAS_EXPORT_SIMD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NANONAS_EXPORT_SIMD_INL_H_
#undef NANONAS_EXPORT_SIMD_INL_H_
#else
#define NANONAS_EXPORT_SIMD_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <utility>

#include "export/simd/kernels/lanes.hpp"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::exporting::simd::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <typename T>
using Tag = hn::CappedTag<T, static_cast<std::size_t>(kLanes)>;

/// Lanes of a vector of 32-bit numbers.
inline constexpr Index kWidth = static_cast<Index>(hn::MaxLanes(Tag<float>()));

/// AVX-512 has twice the registers of the others.
inline constexpr bool kManyRegisters = HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL;

/// A fixed number of vectors that the compiler keeps in registers once it is indexed by constants
/// only.
template <typename T, Index N>
struct Registers {
    T values[static_cast<std::size_t>(N)];

#if HWY_ARCH_ARM
    // Constructors that GCC makes up itself would not have the attributes of the target.
    HWY_INLINE Registers() {}
#endif

    HWY_INLINE T& operator[](Index i) {
        return values[i];
    }
    HWY_INLINE const T& operator[](Index i) const {
        return values[i];
    }
};

template <Index N>
using Sequence = std::make_integer_sequence<Index, N>;

/// The first `count` lanes, or all where it has fewer; touches no memory behind them.
template <typename T>
HWY_INLINE void store_first(hn::Vec<Tag<T>> v, Index count, T* to) {
    const Tag<T> tag;
    if (count >= kWidth) {
        hn::StoreU(v, tag, to);
        return;
    }
#if HWY_TARGET <= HWY_AVX2 && HWY_ARCH_X86
    hn::BlendedStore(v, hn::FirstN(tag, static_cast<std::size_t>(count)), tag, to);
#else
    alignas(64) T lanes[kLanes];
    hn::Store(v, tag, lanes);
    std::copy_n(lanes, count, to);
#endif
}

}  // namespace nanonas::exporting::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
