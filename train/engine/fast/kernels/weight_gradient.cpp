#include "train/engine/fast/kernels/weight_gradient.hpp"

#include <algorithm>

#include "train/engine/fast/kernels/balanced.hpp"
#include "train/engine/fast/kernels/lane_sums.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/engine/fast/kernels/weight_gradient.cpp"
#include "hwy/foreach_target.h"
#include "train/engine/fast/kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::train::lanes::HWY_NAMESPACE {
namespace {

constexpr Index kMostOut = 8;
constexpr Index kMostIn = 4;

/// The smaller of the two operands of a block stays in registers, the other is streamed.
constexpr bool holds_gradients(Index out, Index in, Index taps) {
    return out <= in * taps;
}

constexpr bool fits(Index out, Index in, Index taps, Index registers = kRegisters) {
    const Index held = holds_gradients(out, in, taps) ? out : in * taps;
    return out * in * taps + held + 1 <= registers;
}

struct Call {
    const float* dz;  ///< (first row, 0) of the block's first channel
    Index dz_plane, dz_row;
    const float* in;                   ///< what the first tap of the first row and column meets
    Index in_plane, in_row, in_pixel;  ///< in_row, in_pixel: from one of dz to the next
    Index rows, width;
    float* sums;  ///< [out][in][taps][16], at the block's input channel and first tap
    Index sums_out, sums_in;
    bool first;
};

template <Index I, Index K, Index... A>
HWY_INLINE void read_sums(Vectors<static_cast<Index>(sizeof...(A))>& sums, const Call& call,
                          Index chunk, std::integer_sequence<Index, A...>) {
    if (call.first) {
        ((sums[A] = hn::Zero(kTag)), ...);
    } else {
        ((sums[A] = load(call.sums + A / (I * K) * call.sums_out + A / K % I * call.sums_in +
                         A % K * kLanes + chunk)),
         ...);
    }
}

template <Index I, Index K, Index... A>
HWY_INLINE void write_sums(const Vectors<static_cast<Index>(sizeof...(A))>& sums, const Call& call,
                           Index chunk, std::integer_sequence<Index, A...>) {
    (store(sums[A], call.sums + A / (I * K) * call.sums_out + A / K % I * call.sums_in +
                        A % K * kLanes + chunk),
     ...);
}

template <Index Tap, Index N, Index A, Index G, Index... O>
HWY_INLINE void multiply_input(Vectors<A>& sums, const Vectors<G>& dz, V in,
                               std::integer_sequence<Index, O...>) {
    ((sums[O * N + Tap] = hn::MulAdd(dz[O], in, sums[O * N + Tap])), ...);
}

template <Index Out, Index A, Index N, Index... Tap>
HWY_INLINE void multiply_gradient(Vectors<A>& sums, V dz, const Vectors<N>& in,
                                  std::integer_sequence<Index, Tap...>) {
    ((sums[Out * N + Tap] = hn::MulAdd(dz, in[Tap], sums[Out * N + Tap])), ...);
}

template <Index C, Index I, Index K, Index... O, Index... Tap>
HWY_INLINE void multiply_pixel(Vectors<C * I * K>& sums, const Registers<const float*, C>& dz,
                               const Registers<const float*, I>& in, Index at, Index from,
                               std::integer_sequence<Index, O...>,
                               std::integer_sequence<Index, Tap...>) {
    if constexpr (holds_gradients(C, I, K)) {
        const Vectors<C> gradients{{load(dz[O] + at)...}};
        (multiply_input<Tap, I * K>(sums, gradients, load(in[Tap / K] + Tap % K * kLanes + from),
                                    Sequence<C>()),
         ...);
    } else {
        const Vectors<I * K> inputs{{load(in[Tap / K] + Tap % K * kLanes + from)...}};
        (multiply_gradient<O>(sums, load(dz[O] + at), inputs, Sequence<I * K>()), ...);
    }
}

template <Index N, Index... I>
HWY_INLINE void point(Registers<const float*, N>& pointers, const float* base, Index step,
                      std::integer_sequence<Index, I...>) {
    ((pointers[I] = base + I * step), ...);
}

/// One row of taps of a block of C output and I input channels; or, of one output channel, as many
/// rows of taps on one input channel, which lie apart as channels do.
template <Index C, Index I, Index K>
void accumulate_block(const Call& call) {
    for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
        Vectors<C * I * K> sums;
        read_sums<I, K>(sums, call, chunk, Sequence<C * I * K>());
        for (Index row = 0; row < call.rows; ++row) {
            Registers<const float*, C> dz;
            Registers<const float*, I> in;
            point(dz, call.dz + row * call.dz_row + chunk, call.dz_plane, Sequence<C>());
            point(in, call.in + row * call.in_row + chunk, call.in_plane, Sequence<I>());
            Index from = 0;
            for (Index at = 0; at < call.width * kLanes; at += kLanes) {
                multiply_pixel<C, I, K>(sums, dz, in, at, from, Sequence<C>(), Sequence<I * K>());
                from += call.in_pixel;
            }
        }
        write_sums<I, K>(sums, call, chunk, Sequence<C * I * K>());
    }
}

using Block = void (*)(const Call&);

template <Index C, Index I, Index K>
constexpr Block block_or_null() {
    if constexpr (fits(C, I, K)) {
        return &accumulate_block<C, I, K>;
    } else {
        return nullptr;
    }
}

template <Index K, Index... B>
Block pick(Index out, Index in, std::integer_sequence<Index, B...>) {
    static constexpr Block kTable[] = {block_or_null<B / kMostIn + 1, B % kMostIn + 1, K>()...};
    return kTable[(out - 1) * kMostIn + in - 1];
}

Block block_for(Index taps, Index out, Index in) {
    constexpr auto kAll = Sequence<kMostOut * kMostIn>();
    return taps == 3 ? pick<3>(out, in, kAll) : pick<1>(out, in, kAll);
}

/// Cycles per pixel and row of taps: two multiply-adds a cycle, at least the latency of one, and
/// what loads, rows walked along (more than six run out of pointers) and a full set of registers
/// were measured to cost.
double pixel_cycles(Index out, Index in, Index taps) {
    const Index sums = out * in * taps;
    const Index rows = out + in;
    return std::max(static_cast<double>(sums) * 0.5, 4.0) +
           static_cast<double>(out + in * taps) * 0.3 + static_cast<double>(rows) * 0.2 +
           (rows > 6 ? static_cast<double>(rows - 6) : 0.0) + (sums > 24 ? 1.5 : 0.0);
}

/// Register blocks of a 1x1 convolution, output and input channels.
constexpr Index kPointOut = kRegisters == 32 ? 6 : 3;
constexpr Index kPointIn = kRegisters == 32 ? 4 : 3;

/// Pixels of a row whose channels, input and dz, stay near for all blocks: those of dz in the
/// first-level cache, and enough of them to be worth reading and writing a block's sums.
Index point_run(Index channels) {
    constexpr Index kRunFloats = 16384;
    return std::max(Index{4}, kRunFloats / (channels * kLanes));
}

}  // namespace

/// Rows [y0, y1) of all channels of a 1x1 convolution.
void AccumulatePoints(const WeightGradientPlan& plan, const float* dz, Index dz_plane, Index dz_row,
                      Index y0, Index y1, const float* in, float* sums) {
    const MapShape& from = plan.in();
    const Index outputs = plan.out().channels;
    const Index sums_out = from.channels * kLanes;
    const Index step = plan.taps.in_step_x;
    const Index run = point_run(from.channels * step + outputs);
    for (Index y = y0; y < y1; ++y) {
        for (Index x = 0; x < plan.out().width; x += run) {
            const Index pixels = std::min(run, plan.out().width - x);
            for (Index o = 0; o < outputs; o += kPointOut) {
                for (Index i = 0; i < from.channels; i += kPointIn) {
                    block_for(1, std::min(kPointOut, outputs - o),
                              std::min(kPointIn, from.channels - i))(
                        {dz + o * dz_plane + (y - y0) * dz_row + x * kLanes, dz_plane, dz_row,
                         in + from.at(i, y * plan.taps.in_step_y, x * step), from.plane(),
                         from.row(), kLanes * step, 1, pixels, sums + o * sums_out + i * kLanes,
                         sums_out, kLanes, y == 0 && x == 0});
                }
            }
        }
    }
}

void PlanGradientBlocks(WeightGradientPlan& plan) {
    Index widest = 1;
    for (const TapRun& run : plan.runs) {
        widest = std::max(widest, run.count);
    }
    // The cut of the fewest cycles of output channels `whole`, in parts of each.
    const auto cut = [&](Index registers, const std::vector<Index>& whole) {
        Index best_out = 1;
        double best = 0.0;
        for (Index out = 1; out <= kMostOut; ++out) {
            for (Index in = 1; in <= kMostIn; ++in) {
                if (!fits(out, in, widest, registers)) {
                    continue;
                }
                std::vector<Index> in_blocks = balanced(plan.in().channels, in);
                double cycles = 0.0;
                for (const Index channels : whole) {
                    for (const Index o : balanced(channels, out)) {
                        for (const Index i : in_blocks) {
                            cycles += pixel_cycles(o, i, widest);
                        }
                    }
                }
                if (best == 0.0 || cycles < best) {
                    best = cycles;
                    best_out = out;
                    plan.in_blocks = std::move(in_blocks);
                }
            }
        }
        return best_out;
    };
    // Sums are added up over lanes block by block: the blocks are the same on every target.
    plan.out_blocks = balanced(plan.out().channels, cut(kRunRegisters, {plan.out().channels}));
    plan.most_part =
        kRegisters == kRunRegisters ? plan.most_out() : cut(kRegisters, plan.out_blocks);
}

void AccumulateWeightGradient(const WeightGradientPlan& plan, Index block, const float* dz,
                              Index dz_plane, Index dz_row, Index y0, Index y1, const float* in,
                              float* sums) {
    const Taps& taps = plan.taps;
    const Index out = plan.out_blocks[static_cast<std::size_t>(block)];
    const Index parts = (out + plan.most_part - 1) / plan.most_part;
    const Index sums_in = plan.kept() * kLanes;
    const Index sums_out = plan.in().channels * sums_in;
    const Index step = taps.in_step_y;
    Index channel = 0;
    for (const Index channels : plan.in_blocks) {
        for (const TapRun& run : plan.runs) {
            // Rows whose tap falls on the zero border add nothing.
            const Index first = std::max(y0, run.y >= 0 ? 0 : (-run.y + step - 1) / step);
            const Index below = plan.in().height - run.y;
            const Index last = std::min(y1, below <= 0 ? 0 : (below + step - 1) / step);
            for (Index part = 0; part < parts; ++part) {
                const Index o = out * part / parts;
                block_for(run.count, out * (part + 1) / parts - o, channels)(
                    {dz + o * dz_plane + (first - y0) * dz_row, dz_plane, dz_row,
                     in + plan.in().at(channel, first * step + run.y, run.x), plan.in().plane(),
                     plan.in().row() * step, kLanes * taps.in_step_x,
                     std::max(Index{0}, last - first), plan.out().width,
                     sums + o * sums_out + channel * sums_in + run.sum * kLanes, sums_out, sums_in,
                     y0 == 0});
            }
        }
        channel += channels;
    }
}

/// Rows [y0, y1) of output channel `channel` of a depthwise convolution.
void AccumulateDepthwise(const WeightGradientPlan& plan, Index channel, const float* dz,
                         Index dz_row, Index y0, Index y1, const float* in, float* sums) {
    const Taps& taps = plan.taps;
    const Index row = taps.in.row();
    for (const TapPatch& patch : plan.patches) {
        const Index y = y0 * taps.in_step_y + patch.y;
        block_for(patch.columns, 1, patch.rows)(
            {dz, 0, dz_row, in + taps.in.at(channel / plan.multiplier, y, patch.x), row,
             row * taps.in_step_y, kLanes * taps.in_step_x, y1 - y0, taps.out.width,
             sums + patch.sum * kLanes, 0, plan.columns * kLanes, y0 == 0});
    }
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::train::lanes {

HWY_EXPORT(PlanGradientBlocks);
HWY_EXPORT(AccumulatePoints);
HWY_EXPORT(AccumulateWeightGradient);
HWY_EXPORT(AccumulateDepthwise);

namespace {

/// The taps that are kept are whole rows of the same columns, one after the other.
void cut_into_runs(WeightGradientPlan& plan) {
    const std::vector<Tap>& taps = plan.taps.phases.front().taps;
    plan.columns = 0;
    while (plan.columns < plan.kept() &&
           taps[static_cast<std::size_t>(plan.columns)].y == taps[0].y) {
        ++plan.columns;
    }
    for (Index sum = 0; sum < plan.kept();) {
        const Index left = plan.columns - sum % plan.columns;
        const Index count = left >= 3 ? 3 : 1;
        const Tap& tap = taps[static_cast<std::size_t>(sum)];
        plan.runs.push_back({tap.y, tap.x, count, sum});
        sum += count;
    }
}

/// Up to three rows of the runs in the first row.
void cut_into_patches(WeightGradientPlan& plan) {
    constexpr Index kMostRows = 3;
    const std::vector<Tap>& taps = plan.taps.phases.front().taps;
    const Index rows = plan.kept() / plan.columns;
    for (Index y = 0; y < rows; y += kMostRows) {
        for (const TapRun& run : plan.runs) {
            if (run.sum < plan.columns) {
                const Index sum = y * plan.columns + run.sum;
                plan.patches.push_back({taps[static_cast<std::size_t>(sum)].y, run.x,
                                        std::min(kMostRows, rows - y), run.count, sum});
            }
        }
    }
}

}  // namespace

Index WeightGradientPlan::most_out() const {
    return *std::max_element(out_blocks.begin(), out_blocks.end());
}

WeightGradientPlan plan_weight_gradient(const space::Window& window, Index multiplier,
                                        const MapShape& in, const MapShape& out) {
    // Of a first-level cache of 32 to 48 KiB, what the band of dz may take.
    constexpr Index kBandFloats = 6144;
    WeightGradientPlan plan;
    plan.taps = forward_taps(window, in, out);
    plan.multiplier = multiplier;
    cut_into_runs(plan);
    plan.pointwise = multiplier == 0 && plan.taps.area == 1;
    if (plan.pointwise) {
        plan.out_blocks = {out.channels};
    } else if (multiplier == 0) {
        HWY_DYNAMIC_DISPATCH(PlanGradientBlocks)(plan);
    } else {
        plan.out_blocks.assign(static_cast<std::size_t>(out.channels), 1);
        cut_into_patches(plan);
    }
    const Index rows = kBandFloats / (plan.most_out() * out.width * kLanes);
    plan.band_rows = std::max(Index{2}, rows / 2 * 2);
    return plan;
}

void accumulate_weight_gradient(const WeightGradientPlan& plan, Index block, const float* dz,
                                Index dz_plane, Index dz_row, Index y0, Index y1, const float* in,
                                float* sums) {
    if (plan.multiplier != 0) {
        HWY_DYNAMIC_DISPATCH(AccumulateDepthwise)(plan, block, dz, dz_row, y0, y1, in, sums);
    } else if (plan.pointwise) {
        HWY_DYNAMIC_DISPATCH(AccumulatePoints)(plan, dz, dz_plane, dz_row, y0, y1, in, sums);
    } else {
        HWY_DYNAMIC_DISPATCH(AccumulateWeightGradient)
        (plan, block, dz, dz_plane, dz_row, y0, y1, in, sums);
    }
}

void add_block(const WeightGradientPlan& plan, Index block, const float* sums, Index live,
               float* scratch, float* out) {
    const Index area = plan.taps.area;
    const Index kept = plan.kept();
    const Index pairs = plan.out_blocks[static_cast<std::size_t>(block)] * plan.inputs();
    if (kept == area) {
        add_lanes(sums, pairs * area, live, out);
        return;
    }
    add_lanes(sums, pairs * kept, live, scratch);
    for (Index pair = 0; pair < pairs; ++pair) {
        for (Index tap = 0; tap < kept; ++tap) {
            out[pair * area + plan.taps.phases.front().taps[static_cast<std::size_t>(tap)].weight] =
                scratch[pair * kept + tap];
        }
    }
}

}  // namespace nanonas::train::lanes
#endif
