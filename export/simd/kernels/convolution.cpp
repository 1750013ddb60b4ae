#include "export/simd/kernels/convolution.hpp"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "export/simd/kernels/convolution.cpp"
#include "hwy/foreach_target.h"

#include "export/simd/kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::exporting::simd::HWY_NAMESPACE {
namespace {

/// Output pixels and vectors of output channels that are summed in registers.
constexpr Index kMostPixels = kManyRegisters ? 8 : 4;
constexpr Index kMostVectors = kManyRegisters ? 3 : 2;
static_assert(kMostVectors * kWidth <= kBlock, "a tile lies in one block");

/// One product a lane. Never contracted to a fused one (see CMakeLists): the naive loops round
/// twice.
struct Floats {
    using Value = float;
    using Result = float;
    using Vector = hn::Vec<Tag<float>>;
    using Sum = Vector;

    static HWY_INLINE Sum zero() { return hn::Zero(Tag<float>()); }
    static HWY_INLINE Vector load(const float* from) { return hn::LoadU(Tag<float>(), from); }
    static HWY_INLINE Vector broadcast(const float* from) { return hn::Set(Tag<float>(), *from); }
    static HWY_INLINE void add(Sum& sum, Vector value, Vector weight) {
        sum = hn::Add(sum, hn::Mul(value, weight));
    }
    static HWY_INLINE Vector total(const Sum& sum) { return sum; }
    /// std::max(v, 0), which keeps a NaN.
    static HWY_INLINE Vector relu(Vector v) {
        return hn::IfThenZeroElse(hn::Lt(v, hn::Zero(Tag<float>())), v);
    }
};

/// Two products a lane: at most 255 by 128 each.
struct Pairs {
    using Value = std::int16_t;
    using Result = std::int32_t;
    using Wide = Tag<std::int32_t>;
#if HWY_TARGET == HWY_SCALAR
    struct Vector {
        std::int32_t first, second;
    };
    using Sum = hn::Vec<Wide>;

    static HWY_INLINE Sum zero() {
        return hn::Zero(Wide());
    }
    static HWY_INLINE Vector load(const std::int16_t* from) {
        return {from[0], from[1]};
    }
    static HWY_INLINE Vector broadcast(const std::int16_t* from) {
        return load(from);
    }
    static HWY_INLINE void add(Sum& sum, Vector value, Vector weight) {
        const std::int32_t products = value.first * weight.first + value.second * weight.second;
        sum = hn::Add(sum, hn::Set(Wide(), products));
    }
    static HWY_INLINE Sum total(const Sum& sum) {
        return sum;
    }
#else
    using Narrow = hn::Repartition<std::int16_t, Wide>;
    using Vector = hn::Vec<Narrow>;
    struct Sum {
        hn::Vec<Wide> first, second;  // which products are in which, the target says
    };

    static HWY_INLINE Sum zero() {
        return {hn::Zero(Wide()), hn::Zero(Wide())};
    }
    static HWY_INLINE Vector load(const std::int16_t* from) {
        return hn::LoadU(Narrow(), from);
    }
    static HWY_INLINE Vector broadcast(const std::int16_t* from) {
        std::int32_t pair;
        std::memcpy(&pair, from, sizeof pair);
        return hn::BitCast(Narrow(), hn::Set(Wide(), pair));
    }
    static HWY_INLINE void add(Sum& sum, Vector value, Vector weight) {
        sum.first = hn::ReorderWidenMulAccumulate(Wide(), value, weight, sum.first, sum.second);
    }
    static HWY_INLINE hn::Vec<Wide> total(const Sum& sum) {
        return hn::RearrangeToOddPlusEven(sum.first, sum.second);
    }
#endif
    static HWY_INLINE hn::Vec<Wide> relu(hn::Vec<Wide> v) {
        return v;
    }
};

template <typename T>
using Call = Convolution<typename T::Value, typename T::Result>;

template <typename T, Index N, Index... V>
HWY_INLINE void load_weights(Registers<typename T::Vector, N>& weights,
                             const typename T::Value* from, std::integer_sequence<Index, V...>) {
    ((weights[V] = T::load(from + V * kWidth * kGroup<typename T::Value>)), ...);
}

template <typename T, Index X, Index N, Index S, Index... V>
HWY_INLINE void multiply_pixel(Registers<typename T::Sum, S>& sums,
                               const Registers<typename T::Vector, N>& weights,
                               typename T::Vector value, std::integer_sequence<Index, V...>) {
    (T::add(sums[X * N + V], value, weights[V]), ...);
}

template <typename T, Index N, Index S, Index... X>
HWY_INLINE void multiply_group(Registers<typename T::Sum, S>& sums,
                               const Registers<typename T::Vector, N>& weights,
                               const typename T::Value* const* in, Index at,
                               std::integer_sequence<Index, X...>) {
    (multiply_pixel<T, X, N>(sums, weights, T::broadcast(in[X] + at), Sequence<N>()), ...);
}

template <typename T, Index S, Index... I>
HWY_INLINE void start(Registers<typename T::Sum, S>& sums, std::integer_sequence<Index, I...>) {
    ((sums[I] = T::zero()), ...);
}

template <typename T, Index X, Index N, Index S, Index... V>
HWY_INLINE void finish_pixel(const Call<T>& call, const Registers<typename T::Sum, S>& sums,
                             Index pixel, Index channel, std::integer_sequence<Index, V...>) {
    const Tag<typename T::Result> tag;
    const auto finish = [&](const typename T::Sum& sum, Index first) HWY_ATTR {
        auto v = hn::Add(T::total(sum), hn::LoadU(tag, call.bias + first));
        v = call.relu ? T::relu(v) : v;
        store_first<typename T::Result>(v, call.channels - first,
                                        call.out + pixel * call.channels + first);
    };
    (finish(sums[X * N + V], channel + V * kWidth), ...);
}

template <typename T, Index N, Index S, Index... X>
HWY_INLINE void finish_tile(const Call<T>& call, const Registers<typename T::Sum, S>& sums,
                            Index pixel, Index channel, std::integer_sequence<Index, X...>) {
    (finish_pixel<T, X, N>(call, sums, pixel + X, channel, Sequence<N>()), ...);
}

/// P pixels from `pixel` on by N vectors of channels from `channel` on, whose weights are in a
/// block of `lanes`.
template <typename T, Index P, Index N>
void tile(const Call<T>& call, Index pixel, Index channel, const typename T::Value* weights,
          Index lanes) {
    const Index row_groups = groups<typename T::Value>(call.row_taps);
    const Index pitch = lanes * kGroup<typename T::Value>;
    const typename T::Value* in[static_cast<std::size_t>(P)];
    for (Index x = 0; x < P; ++x) {
        in[x] = call.map + call.offsets[pixel + x];
    }
    Registers<typename T::Sum, P * N> sums;
    Registers<typename T::Vector, N> w;
    start<T>(sums, Sequence<P * N>());
    for (Index row = 0; row < call.rows; ++row) {
        const Index first = row * call.row_pitch;
        for (Index group = 0; group < row_groups; ++group, weights += pitch) {
            load_weights<T>(w, weights, Sequence<N>());
            multiply_group<T>(sums, w, in, first + group * kGroup<typename T::Value>,
                              Sequence<P>());
        }
    }
    finish_tile<T, N>(call, sums, pixel, channel, Sequence<P>());
}

/// All pixels, in tiles of P and then of fewer.
template <typename T, Index P, Index N>
void pixels(const Call<T>& call, Index pixel, Index channel, const typename T::Value* weights,
            Index lanes) {
    for (; pixel + P <= call.pixels; pixel += P) {
        tile<T, P, N>(call, pixel, channel, weights, lanes);
    }
    if constexpr (P > 1) {
        pixels<T, P / 2, N>(call, pixel, channel, weights, lanes);
    }
}

template <typename T>
void run(const Call<T>& call) {
    const Index row_groups = groups<typename T::Value>(call.row_taps);
    const typename T::Value* weights = call.weights;
    for (Index block = 0; block < call.channels; block += kBlock) {
        const Index lanes = std::min(kBlock, padded_channels(call.channels) - block);
        const Index end = std::min(block + lanes, call.channels);
        for (Index channel = block; channel < end; channel += kMostVectors * kWidth) {
            const auto* from = weights + (channel - block) * kGroup<typename T::Value>;
            const Index vectors = std::min((end - channel + kWidth - 1) / kWidth, kMostVectors);
            const auto all = vectors == 1   ? &pixels<T, kMostPixels, 1>
                             : vectors == 2 ? &pixels<T, kMostPixels, 2>
                                            : &pixels<T, kMostPixels, kMostVectors>;
            all(call, 0, channel, from, lanes);
        }
        weights += call.rows * row_groups * lanes * kGroup<typename T::Value>;
    }
}

}  // namespace

void ConvolveFloats(const Convolution<float, float>& call) {
    run<Floats>(call);
}

void ConvolvePairs(const Convolution<std::int16_t, std::int32_t>& call) {
    run<Pairs>(call);
}

}  // namespace nanonas::exporting::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::exporting::simd {

HWY_EXPORT(ConvolveFloats);
HWY_EXPORT(ConvolvePairs);

void convolve(const Convolution<float, float>& call) {
    HWY_DYNAMIC_DISPATCH(ConvolveFloats)(call);
}

void convolve(const Convolution<std::int16_t, std::int32_t>& call) {
    HWY_DYNAMIC_DISPATCH(ConvolvePairs)(call);
}

}  // namespace nanonas::exporting::simd
#endif
