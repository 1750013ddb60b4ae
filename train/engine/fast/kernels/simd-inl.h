// Vectors of up to sixteen lanes for the target that foreach_target.h is compiling: one AVX-512
// register holds a whole pixel, narrower targets walk it in kChunks pieces.
//
// Arrays of vectors need types of a fixed size, so the scalable targets are off (see CMakeLists).
#if defined(NANONAS_LANES_SIMD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NANONAS_LANES_SIMD_INL_H_
#undef NANONAS_LANES_SIMD_INL_H_
#else
#define NANONAS_LANES_SIMD_INL_H_
#endif

#include <cstddef>
#include <utility>

#include "hwy/highway.h"
#include "train/engine/fast/kernels/lanes.hpp"

HWY_BEFORE_NAMESPACE();
namespace nanonas::train::lanes::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, kLanes>;
using V = hn::Vec<D>;
inline constexpr D kTag{};
inline constexpr Index kWidth = static_cast<Index>(hn::MaxLanes(D()));
inline constexpr Index kChunks = kLanes / kWidth;

/// Vector registers of the target, which bound the register blocks.
inline constexpr Index kRegisters =
    (HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3) || HWY_ARCH_ARM_A64 ? 32 : 16;

/// Sums are cut as a target with so many registers cuts its blocks, on every target: they are the
/// same bits on all.
inline constexpr Index kRunRegisters = 32;

/// A fixed number of vectors or pointers that the compiler keeps in registers once it is indexed by
/// constants only.
template <typename T, Index N>
struct Registers {
    T values[static_cast<std::size_t>(N)];

#if HWY_ARCH_ARM
    // Its vectors are classes: constructors that GCC makes up itself would not have the attributes
    // of the target that is being compiled.
    HWY_INLINE Registers() {}
    HWY_INLINE Registers(const T (&from)[static_cast<std::size_t>(N)]) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(N); ++i) {
            values[i] = from[i];
        }
    }
#endif

    HWY_INLINE T& operator[](Index i) {
        return values[i];
    }
    HWY_INLINE const T& operator[](Index i) const {
        return values[i];
    }
};

template <Index N>
using Vectors = Registers<V, N>;

template <Index N>
using Sequence = std::make_integer_sequence<Index, N>;

HWY_INLINE V load(const float* p) {
    return hn::Load(kTag, p);
}
HWY_INLINE void store(V v, float* p) {
    hn::Store(v, kTag, p);
}
HWY_INLINE V broadcast(float value) {
    return hn::Set(kTag, value);
}

/// Hides where a pointer came from, so that values loaded through it are loaded again instead of
/// being kept in registers the block does not have.
HWY_INLINE const float* forget(const float* p) {
    __asm__("" : "+r"(p));
    return p;
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
