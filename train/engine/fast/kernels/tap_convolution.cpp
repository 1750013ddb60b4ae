#include "train/engine/fast/kernels/tap_convolution.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/engine/fast/kernels/tap_convolution.cpp"
#include "hwy/foreach_target.h"
#include "train/engine/fast/kernels/register_block-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::train::lanes::HWY_NAMESPACE {
namespace {

struct Call {
    const float* in;  ///< pixel (0, 0) of the block's first input channel
    Index in_plane, in_row, inputs;
    const Index* offsets;  ///< of each tap
    Index taps;
    const float* weights;
    const float* init;
    BlockEnd end;  ///< at the phase's first pixel
    Index out_row, out_pixel;
};

/// C channels of `tiles` runs of P pixels of row `y` from column `x` on; the input's pixels are
/// Step apart.
template <Index C, Index P, Index Step>
void convolve_columns(const Call& call, Index y, Index x, Index tiles) {
    for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
        for (Index tile = 0; tile < tiles; ++tile) {
            const Index column = x + tile * P;
            Vectors<C * P> sums;
            start_block<P>(sums, call.init, Sequence<C>());
            const float* plane = call.in + y * call.in_row + column * Step * kLanes + chunk;
            const float* weights = call.weights;
            for (Index i = 0; i < call.inputs; ++i) {
                for (Index tap = 0; tap < call.taps; ++tap) {
                    Vectors<P> pixels;
                    load_pixels<Step>(pixels, plane + call.offsets[tap], Sequence<P>());
                    multiply_tap<0, P>(sums, pixels, weights, Sequence<C>());
                    weights += C;
                }
                plane += call.in_plane;
            }
            finish_block<P>(sums, call.end, y * call.out_row + column * call.out_pixel + chunk,
                            call.out_pixel, chunk, Sequence<C>());
        }
    }
}

using Columns = void (*)(const Call&, Index y, Index x, Index tiles);

template <Index C, Index P, Index Step>
constexpr Columns columns_or_null() {
    if constexpr (fits_registers(C, P)) {
        return &convolve_columns<C, P, Step>;
    } else {
        return nullptr;
    }
}

template <Index Step, Index... I>
Columns pick(Index channels, Index pixels, std::integer_sequence<Index, I...>) {
    static constexpr Columns kTable[] = {
        columns_or_null<I / kMostPixels + 1, I % kMostPixels + 1, Step>()...};
    return kTable[(channels - 1) * kMostPixels + pixels - 1];
}

Columns columns_for(Index step, Index channels, Index pixels) {
    constexpr auto kAll = Sequence<kMostChannels * kMostPixels>();
    return step == 2 ? pick<2>(channels, pixels, kAll) : pick<1>(channels, pixels, kAll);
}

/// Steps between the input's pixels that the blocks of several pixels know.
bool blocks_know(Index step) {
    return step == 1 || step == 2;
}

/// `pixels` of a row of a block, as blocks.
void convolve_pixels(const TapConvolutionPlan& plan, const Call& call, Index channels, Index y,
                     Index x, Index pixels) {
    const Index step = plan.taps.in_step_x;
    if (blocks_know(step)) {
        const Index tiles = pixels / plan.tile;
        columns_for(step, channels, plan.tile)(call, y, x, tiles);
        if (const Index rest = pixels % plan.tile; rest != 0) {
            columns_for(step, channels, rest)(call, y, x + tiles * plan.tile, 1);
        }
        return;
    }
    Call pixel = call;
    for (Index at = x; at < x + pixels; ++at) {
        pixel.in = call.in + at * step * kLanes;
        pixel.end = moved(call.end, at * call.out_pixel);
        columns_for(1, channels, 1)(pixel, y, 0, 1);
    }
}

/// The same with the sums.
void convolve_stretch(const TapConvolutionPlan& plan, const Call& call, Index channels, Index y,
                      Index x, Index pixels) {
    convolve_pixels(plan, call, channels, y, x, pixels);
    const Index runs = pixels / plan.run;
    const Index offset = y * call.out_row + x * call.out_pixel;
    finish_runs(call.end, channels, offset, call.out_pixel, plan.run, runs);
    finish_runs(call.end, channels, offset + runs * plan.run * call.out_pixel, call.out_pixel,
                pixels - runs * plan.run, 1);
}

/// Cycles of one block per tap: two multiply-adds or two loads a cycle, and some for the loop.
/// Blocks follow each other without waiting for the end of a chain.
double block_cycles(Index channels, Index pixels) {
    const auto products = static_cast<double>(channels * pixels);
    const auto loads = static_cast<double>(channels + pixels);
    return std::max({products * 0.5, loads * 0.5, 1.5}) + 0.5;
}

}  // namespace

void PlanTapBlocks(TapConvolutionPlan& plan) {
    const TapPhase& phase = plan.taps.phases.front();
    const auto taps = static_cast<double>(plan.inputs * static_cast<Index>(phase.taps.size()));
    // A depthwise channel shares its input with none.
    const bool lone = plan.multiply != 0;
    const auto cut_for = [&](Index registers) {
        return best_cut(registers, plan.taps.out.channels, phase.columns,
                        blocks_know(plan.taps.in_step_x) ? kMostPixels : 1, lone,
                        [taps](Index channels, Index pixels, Index /*registers*/) {
                            return taps * block_cycles(channels, pixels) +
                                   static_cast<double>(channels * pixels) * 1.5 + 8.0;
                        });
    };
    BlockCut cut = cut_for(kRegisters);
    plan.tile = cut.tile;
    plan.blocks = std::move(cut.blocks);
    plan.run = cut_for(kRunRegisters).tile;
    // What a stretch reads of all input channels stays in the first-level cache for all blocks.
    constexpr Index kStretchFloats = 6144;
    const Index most = kStretchFloats / (plan.inputs * kLanes * plan.taps.in_step_x);
    plan.stretch = lone ? phase.columns : std::max(Index{1}, most / plan.run) * plan.run;
}

void ConvolveTaps(const TapConvolutionPlan& plan, const TapPart& part, const float* packed,
                  const float* init, const float* in, float* out,
                  const ConvolutionEpilogue& epilogue) {
    const Taps& taps = plan.taps;
    const auto channels_of = [&](Index block) {
        return plan.blocks[static_cast<std::size_t>(block)];
    };
    Index channel = 0;
    for (Index b = 0; b < part.last; channel += channels_of(b++)) {
        if (b >= part.first && part.y0 == 0 && epilogue.sums != nullptr) {
            std::fill_n(epilogue.sums + channel * 2 * kLanes, channels_of(b) * 2 * kLanes, 0.0F);
        }
    }
    const float* of_phase = packed;
    for (const TapPhase& phase : taps.phases) {
        const auto count = static_cast<Index>(phase.taps.size());
        const Index rows = std::min(part.y1, phase.rows) - part.y0;
        // A depthwise block has its input to itself: it does all its rows while they are near.
        const Index band = plan.multiply == 0 ? 1 : std::max(Index{1}, rows);
        for (Index y0 = 0; y0 < rows; y0 += band) {
            for (Index x0 = 0; x0 < phase.columns; x0 += plan.stretch) {
                const Index pixels = std::min(plan.stretch, phase.columns - x0);
                const float* weights = of_phase;
                channel = 0;
                for (Index b = 0; b < part.last; ++b) {
                    const Index channels = channels_of(b);
                    if (b >= part.first) {
                        const Index offset =
                            taps.out.at(channel, phase.y0 + part.y0 * taps.out_step_y, phase.x0);
                        const Call call{in + taps.in.at(plan.first_input(channel) - part.in_channel,
                                                        part.y0 * taps.in_step_y - part.in_y, 0),
                                        taps.in.plane(),
                                        taps.in.row() * taps.in_step_y,
                                        plan.inputs,
                                        phase.offsets.data(),
                                        count,
                                        weights,
                                        init == nullptr ? nullptr : init + channel,
                                        block_end(epilogue, out, offset, taps.out.plane(), channel),
                                        taps.out.row() * taps.out_step_y,
                                        kLanes * taps.out_step_x};
                        for (Index y = y0; y < std::min(rows, y0 + band); ++y) {
                            convolve_stretch(plan, call, channels, y, x0, pixels);
                        }
                    }
                    weights += channels * plan.inputs * count;
                    channel += channels;
                }
            }
        }
        of_phase += taps.out.channels * plan.inputs * count;
    }
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::train::lanes {

HWY_EXPORT(PlanTapBlocks);
HWY_EXPORT(ConvolveTaps);

namespace {

void pack(const TapConvolutionPlan& plan, const float* weights, const float* scale, float* packed) {
    for (const TapPhase& phase : plan.taps.phases) {
        Index channel = 0;
        for (const Index block : plan.blocks) {
            for (Index i = 0; i < plan.inputs; ++i) {
                for (const Tap& tap : phase.taps) {
                    for (Index o = channel; o < channel + block; ++o) {
                        *packed++ = weights[o * plan.weight_out + i * plan.weight_in + tap.weight] *
                                    (scale == nullptr ? 1.0F : scale[o]);
                    }
                }
            }
            channel += block;
        }
    }
}

}  // namespace

Index TapConvolutionPlan::packed_size() const {
    Index count = 0;
    for (const TapPhase& phase : taps.phases) {
        count += static_cast<Index>(phase.taps.size());
    }
    return count * inputs * taps.out.channels;
}

TapConvolutionPlan plan_forward(const space::Window& window, Index multiplier, const MapShape& in,
                                const MapShape& out) {
    TapConvolutionPlan plan;
    plan.taps = forward_taps(window, in, out);
    const Index area = plan.taps.area;
    if (multiplier == 0) {
        plan.inputs = in.channels;
        plan.weight_out = in.channels * area;
        plan.weight_in = area;
    } else {
        plan.multiply = 1;
        plan.divide = multiplier;
        plan.weight_out = area;
    }
    HWY_DYNAMIC_DISPATCH(PlanTapBlocks)(plan);
    return plan;
}

TapConvolutionPlan plan_backward(const space::Window& window, Index multiplier, const MapShape& out,
                                 const MapShape& in) {
    TapConvolutionPlan plan;
    plan.taps = backward_taps(window, out, in);
    const Index area = plan.taps.area;
    if (multiplier == 0) {
        plan.inputs = out.channels;
        plan.weight_out = area;
        plan.weight_in = in.channels * area;
    } else {
        plan.inputs = multiplier;
        plan.multiply = multiplier;
        plan.weight_out = multiplier * area;
        plan.weight_in = area;
    }
    HWY_DYNAMIC_DISPATCH(PlanTapBlocks)(plan);
    return plan;
}

void pack_forward(const TapConvolutionPlan& plan, const float* weights, const float* scale,
                  float* packed) {
    pack(plan, weights, scale, packed);
}

void pack_backward(const TapConvolutionPlan& plan, const float* weights, float* packed) {
    pack(plan, weights, nullptr, packed);
}

void convolve(const TapConvolutionPlan& plan, const TapPart& part, const float* packed,
              const float* init, const float* in, float* out, const ConvolutionEpilogue& epilogue) {
    HWY_DYNAMIC_DISPATCH(ConvolveTaps)(plan, part, packed, init, in, out, epilogue);
}

void convolve(const TapConvolutionPlan& plan, Index first, Index last, const float* packed,
              const float* init, const float* in, float* out, const ConvolutionEpilogue& epilogue) {
    convolve(plan, {first, last, 0, plan.taps.out.height, 0, 0}, packed, init, in, out, epilogue);
}

}  // namespace nanonas::train::lanes
#endif
