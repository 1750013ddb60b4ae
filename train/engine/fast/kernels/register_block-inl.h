// The register block of a convolution: a few output channels times a few pixels, from their first
// value to the epilogue. Needs simd-inl.h's targets; see there.
#if defined(NANONAS_LANES_REGISTER_BLOCK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NANONAS_LANES_REGISTER_BLOCK_INL_H_
#undef NANONAS_LANES_REGISTER_BLOCK_INL_H_
#else
#define NANONAS_LANES_REGISTER_BLOCK_INL_H_
#endif

#include <algorithm>
#include <utility>
#include <vector>

#include "train/engine/fast/kernels/balanced.hpp"
#include "train/engine/fast/kernels/epilogue.hpp"
#include "train/engine/fast/kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::train::lanes::HWY_NAMESPACE {

inline constexpr Index kMostChannels = 8;
inline constexpr Index kMostPixels = 12;

/// Sums of a channel are added up run by run of its pixels: the blocks of a target with
/// kRunRegisters, which sums as it goes. Others store their blocks and sum the stored pixels.
inline constexpr bool kBlocksAreRuns = kRegisters == kRunRegisters;

/// Accumulators that fit beside one weight and the input pixels of a row.
constexpr bool fits_registers(Index channels, Index pixels, Index registers = kRegisters) {
    return registers == 32 ? channels * pixels + pixels + 3 <= registers
                           : channels * pixels + pixels + 1 < registers;
}

inline Index most_channels(Index pixels, Index registers) {
    Index most = kMostChannels;
    while (most > 1 && !fits_registers(most, pixels, registers)) {
        --most;
    }
    return most;
}

/// How `channels` channels of `width` pixels are cut: pixels of a block, channels of each.
struct BlockCut {
    Index tile = 1;
    std::vector<Index> blocks;
};

/// The cut of the fewest cycles, cycles(channels, pixels, registers) being those of one block, with
/// tiles of at most `most_pixels`. `lone`: one channel a block.
template <typename Cycles>
BlockCut best_cut(Index registers, Index channels, Index width, Index most_pixels, bool lone,
                  Cycles cycles) {
    BlockCut cut;
    double best = 0.0;
    for (Index tile = 1;
         tile <= std::min({kMostPixels, most_pixels, width}) && fits_registers(1, tile, registers);
         ++tile) {
        std::vector<Index> blocks = balanced(channels, lone ? 1 : most_channels(tile, registers));
        const Index rest = width % tile;
        double total = 0.0;
        for (const Index block : blocks) {
            total += static_cast<double>(width / tile) * cycles(block, tile, registers) +
                     (rest == 0 ? 0.0 : cycles(block, rest, registers));
        }
        if (tile == 1 || total < best) {
            best = total;
            cut = {tile, std::move(blocks)};
        }
    }
    return cut;
}

template <Index Step, Index N, Index... I>
HWY_INLINE void load_pixels(Vectors<N>& pixels, const float* p,
                            std::integer_sequence<Index, I...>) {
    ((pixels[I] = load(p + I * Step * kLanes)), ...);
}

template <Index Shift, Index Channel, Index P, Index A, Index N, Index... X>
HWY_INLINE void multiply_channel(Vectors<A>& sums, const Vectors<N>& pixels, float weight,
                                 std::integer_sequence<Index, X...>) {
    const V w = broadcast(weight);
    ((sums[Channel * P + X] = hn::MulAdd(w, pixels[X + Shift], sums[Channel * P + X])), ...);
}

/// One weight for each channel O.
template <Index Shift, Index P, Index A, Index N, Index... O>
HWY_INLINE void multiply_tap(Vectors<A>& sums, const Vectors<N>& pixels, const float* weights,
                             std::integer_sequence<Index, O...>) {
    (multiply_channel<Shift, O, P>(sums, pixels, weights[O], Sequence<P>()), ...);
}

template <Index Channel, Index P, Index A, Index... X>
HWY_INLINE void start_channel(Vectors<A>& sums, float value, std::integer_sequence<Index, X...>) {
    const V start = broadcast(value);
    ((sums[Channel * P + X] = start), ...);
}

/// `init` may be null for zero.
template <Index P, Index A, Index... O>
HWY_INLINE void start_block(Vectors<A>& sums, const float* init,
                            std::integer_sequence<Index, O...>) {
    (start_channel<O, P>(sums, init == nullptr ? 0.0F : init[O], Sequence<P>()), ...);
}

HWY_INLINE void add_to(float* sums, V sum, V product) {
    store(hn::Add(load(sums), sum), sums);
    store(hn::Add(load(sums + kLanes), product), sums + kLanes);
}

template <Index Channel, Index P, Index A, Index... X>
HWY_INLINE void finish_statistics(const Vectors<A>& sums, float* out, Index step, float* totals,
                                  std::integer_sequence<Index, X...>) {
    V sum = hn::Zero(kTag);
    V squares = hn::Zero(kTag);
    ((store(sums[Channel * P + X], out + X * step), sum = hn::Add(sum, sums[Channel * P + X]),
      squares = hn::MulAdd(sums[Channel * P + X], sums[Channel * P + X], squares)),
     ...);
    add_to(totals, sum, squares);
}

template <Index Channel, Index P, Index A, Index... X>
HWY_INLINE void finish_store(const Vectors<A>& sums, float* out, Index step,
                             std::integer_sequence<Index, X...>) {
    (store(sums[Channel * P + X], out + X * step), ...);
}

template <Index Channel, Index P, Index A, Index... X>
HWY_INLINE void finish_relu(const Vectors<A>& sums, float* out, Index step,
                            std::integer_sequence<Index, X...>) {
    const V zero = hn::Zero(kTag);
    (store(hn::Max(sums[Channel * P + X], zero), out + X * step), ...);
}

template <Index Channel, Index P, Index A, Index... X>
HWY_INLINE void add_stored(Vectors<A>& sums, const float* out, Index step,
                           std::integer_sequence<Index, X...>) {
    ((sums[Channel * P + X] = hn::Add(sums[Channel * P + X], load(out + X * step))), ...);
}

/// What decides whether a gradient passes.
enum class Gate { kNone, kAffine, kAffineAndSkip };

template <Gate kGate>
HWY_INLINE void gradient_pixel(V value, float* out, const float* pre_pixel, const float* skip_pixel,
                               V scale, V shift, V& sum, V& product) {
    const V pre = load(pre_pixel);
    V open = value;
    if constexpr (kGate != Gate::kNone) {
        V gate = hn::MulAdd(scale, pre, shift);
        if constexpr (kGate == Gate::kAffineAndSkip) {
            gate = hn::Add(gate, load(skip_pixel));
        }
        open = hn::IfThenElseZero(hn::Gt(gate, hn::Zero(kTag)), value);
    }
    store(open, out);
    sum = hn::Add(sum, open);
    product = hn::MulAdd(open, pre, product);
}

template <Gate kGate, Index Channel, Index P, Index A, Index... X>
HWY_INLINE void finish_gradient(const Vectors<A>& sums, float* out, const float* pre,
                                const float* skip, Index step, float scale, float shift,
                                float* totals, std::integer_sequence<Index, X...>) {
    V sum = hn::Zero(kTag);
    V product = hn::Zero(kTag);
    const V s = broadcast(scale);
    const V t = broadcast(shift);
    (gradient_pixel<kGate>(sums[Channel * P + X], out + X * step, pre + X * step,
                           kGate == Gate::kAffineAndSkip ? skip + X * step : nullptr, s, t, sum,
                           product),
     ...);
    add_to(totals, sum, product);
}

/// Where a block's values go.
struct BlockEnd {
    const ConvolutionEpilogue* epilogue;
    float* out;  ///< the block's first channel
    Index plane;
    const float* pre;   ///< as `out`
    const float* skip;  ///< as `out`
    Index channel;      ///< the block's first
};

/// At `offset` floats of the maps that the epilogue reads and writes; `channel`: the block's first.
HWY_INLINE BlockEnd block_end(const ConvolutionEpilogue& epilogue, float* out, Index offset,
                              Index plane, Index channel) {
    return {&epilogue,
            out + offset,
            plane,
            epilogue.pre == nullptr ? nullptr : epilogue.pre + offset,
            epilogue.skip == nullptr ? nullptr : epilogue.skip + offset,
            channel};
}

/// The same `by` floats further on.
HWY_INLINE BlockEnd moved(BlockEnd end, Index by) {
    end.out += by;
    end.pre = end.pre == nullptr ? nullptr : end.pre + by;
    end.skip = end.skip == nullptr ? nullptr : end.skip + by;
    return end;
}

template <Gate kGate, Index P, Index A, Index... O>
HWY_INLINE void finish_gradients(const Vectors<A>& sums, const BlockEnd& end, Index offset,
                                 Index step, float* totals, std::integer_sequence<Index, O...>) {
    const ConvolutionEpilogue& epilogue = *end.epilogue;
    constexpr bool kGated = kGate != Gate::kNone;
    (finish_gradient<kGate, O, P>(
         sums, end.out + O * end.plane + offset, end.pre + O * end.plane + offset,
         kGate == Gate::kAffineAndSkip ? end.skip + O * end.plane + offset : nullptr, step,
         kGated ? epilogue.scale[end.channel + O] : 0.0F,
         kGated ? epilogue.shift[end.channel + O] : 0.0F, totals + O * 2 * kLanes, Sequence<P>()),
     ...);
}

/// `offset`: of the block's first pixel, `step`: floats from one of its pixels to the next.
template <Index P, Index A, Index... O>
HWY_INLINE void finish_block(Vectors<A>& sums, const BlockEnd& end, Index offset, Index step,
                             Index chunk, std::integer_sequence<Index, O...> channels) {
    using Kind = ConvolutionEpilogue::Kind;
    const ConvolutionEpilogue& epilogue = *end.epilogue;
    if (epilogue.add) {
        (add_stored<O, P>(sums, end.out + O * end.plane + offset, step, Sequence<P>()), ...);
    }
    if (epilogue.kind == Kind::kRelu) {
        (finish_relu<O, P>(sums, end.out + O * end.plane + offset, step, Sequence<P>()), ...);
        return;
    }
    if (!kBlocksAreRuns || epilogue.kind == Kind::kStore) {
        (finish_store<O, P>(sums, end.out + O * end.plane + offset, step, Sequence<P>()), ...);
        return;
    }
    if constexpr (kBlocksAreRuns) {
        float* const totals = epilogue.sums + end.channel * 2 * kLanes + chunk;
        if (epilogue.kind == Kind::kStatistics) {
            (finish_statistics<O, P>(sums, end.out + O * end.plane + offset, step,
                                     totals + O * 2 * kLanes, Sequence<P>()),
             ...);
        } else if (epilogue.kind == Kind::kGradient) {
            finish_gradients<Gate::kNone, P>(sums, end, offset, step, totals, channels);
        } else if (epilogue.skip == nullptr) {
            finish_gradients<Gate::kAffine, P>(sums, end, offset, step, totals, channels);
        } else {
            finish_gradients<Gate::kAffineAndSkip, P>(sums, end, offset, step, totals, channels);
        }
    }
}

/// Sums of stored pixels, of `count` runs of `run` pixels of one channel; `out`, `pre`: at the
/// first pixel of the first run.
HWY_INLINE void sum_statistics(const float* out, Index step, Index run, Index count,
                               float* totals) {
    for (Index r = 0; r < count; ++r) {
        V sum = hn::Zero(kTag);
        V squares = hn::Zero(kTag);
        for (Index x = 0; x < run; ++x, out += step) {
            const V value = load(out);
            sum = hn::Add(sum, value);
            squares = hn::MulAdd(value, value, squares);
        }
        add_to(totals, sum, squares);
    }
}

template <Gate kGate>
HWY_INLINE void sum_gradient(float* out, const float* pre, const float* skip, Index step, Index run,
                             Index count, float scale, float shift, float* totals) {
    const V s = broadcast(scale);
    const V t = broadcast(shift);
    for (Index r = 0; r < count; ++r) {
        V sum = hn::Zero(kTag);
        V product = hn::Zero(kTag);
        for (Index x = 0; x < run; ++x, out += step, pre += step) {
            gradient_pixel<kGate>(load(out), out, pre, skip, s, t, sum, product);
            if constexpr (kGate == Gate::kAffineAndSkip) {
                skip += step;
            }
        }
        add_to(totals, sum, product);
    }
}

/// Where blocks are no runs: what they left to be done to `count` runs of `run` pixels of
/// `channels` channels; elsewhere nothing. `offset`, `step`: as in finish_block.
HWY_INLINE void finish_runs(const BlockEnd& end, Index channels, Index offset, Index step,
                            Index run, Index count) {
    using Kind = ConvolutionEpilogue::Kind;
    const ConvolutionEpilogue& epilogue = *end.epilogue;
    if (kBlocksAreRuns || run == 0 || epilogue.kind == Kind::kStore ||
        epilogue.kind == Kind::kRelu) {
        return;
    }
    for (Index o = 0; o < channels; ++o) {
        const Index channel = end.channel + o;
        const Index at = o * end.plane + offset;
        for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
            float* const totals = epilogue.sums + channel * 2 * kLanes + chunk;
            float* const out = end.out + at + chunk;
            if (epilogue.kind == Kind::kStatistics) {
                sum_statistics(out, step, run, count, totals);
            } else if (epilogue.kind == Kind::kGradient) {
                sum_gradient<Gate::kNone>(out, end.pre + at + chunk, nullptr, step, run, count,
                                          0.0F, 0.0F, totals);
            } else if (epilogue.skip == nullptr) {
                sum_gradient<Gate::kAffine>(out, end.pre + at + chunk, nullptr, step, run, count,
                                            epilogue.scale[channel], epilogue.shift[channel],
                                            totals);
            } else {
                sum_gradient<Gate::kAffineAndSkip>(out, end.pre + at + chunk, end.skip + at + chunk,
                                                   step, run, count, epilogue.scale[channel],
                                                   epilogue.shift[channel], totals);
            }
        }
    }
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
