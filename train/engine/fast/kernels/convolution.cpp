#include "train/engine/fast/kernels/convolution.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/engine/fast/kernels/convolution.cpp"
#include "hwy/foreach_target.h"
#include "train/engine/fast/kernels/register_block-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::train::lanes::HWY_NAMESPACE {
namespace {

constexpr Index kSide = ConvolutionPlan::kSide;
constexpr Index kArea = ConvolutionPlan::kArea;

/// With few registers the pixels of a row are loaded once per tap.
constexpr bool reloads(Index registers) {
    return registers < 32;
}

struct Call {
    const float* in;  ///< pixel (0, 0) less the reach of the kernel
    Index in_plane, in_row, in_channels, height;
    const float* weights;
    const float* init;
    BlockEnd end;  ///< at pixel (0, 0)
    Index out_row;
};

template <Index C, Index P, Index... KX>
HWY_INLINE void multiply_row(Vectors<C * P>& sums, const float* in, const float* weights,
                             std::integer_sequence<Index, KX...>) {
    if constexpr (reloads(kRegisters)) {
        Vectors<P> pixels;
        ((load_pixels<1>(pixels, forget(in) + KX * kLanes, Sequence<P>()),
          multiply_tap<0, P>(sums, pixels, weights + KX * C, Sequence<C>())),
         ...);
    } else {
        Vectors<P + kSide - 1> pixels;
        load_pixels<1>(pixels, in, Sequence<P + kSide - 1>());
        (multiply_tap<KX, P>(sums, pixels, weights + KX * C, Sequence<C>()), ...);
    }
}

/// C channels of `tiles` runs of P pixels from column `x` on, of rows [y0, y1).
template <Index C, Index P>
void convolve_columns(const Call& call, Index y0, Index y1, Index x, Index tiles) {
    for (Index y = y0; y < y1; ++y) {
        // Rows of the border are zero: skip them.
        const Index first = y == 0 ? 1 : 0;
        const Index last = y == call.height - 1 ? kSide - 1 : kSide;
        for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
            for (Index tile = 0; tile < tiles; ++tile) {
                const Index column = (x + tile * P) * kLanes + chunk;
                Vectors<C * P> sums;
                start_block<P>(sums, call.init, Sequence<C>());
                const float* plane = call.in + (y + first) * call.in_row + column;
                const float* weights = call.weights + first * kSide * C;
                for (Index i = 0; i < call.in_channels; ++i) {
                    const float* in = plane;
                    const float* w = weights;
                    for (Index ky = first; ky < last; ++ky) {
                        multiply_row<C, P>(sums, in, w, Sequence<kSide>());
                        in += call.in_row;
                        w += kSide * C;
                    }
                    plane += call.in_plane;
                    weights += kArea * C;
                }
                finish_block<P>(sums, call.end, y * call.out_row + column, kLanes, chunk,
                                Sequence<C>());
            }
        }
    }
}

using Columns = void (*)(const Call&, Index y0, Index y1, Index x, Index tiles);

template <Index C, Index P>
constexpr Columns columns_or_null() {
    if constexpr (fits_registers(C, P)) {
        return &convolve_columns<C, P>;
    } else {
        return nullptr;
    }
}

template <Index... I>
Columns pick(Index channels, Index pixels, std::integer_sequence<Index, I...>) {
    static constexpr Columns kTable[] = {
        columns_or_null<I / kMostPixels + 1, I % kMostPixels + 1>()...};
    return kTable[(channels - 1) * kMostPixels + pixels - 1];
}

Columns columns_for(Index channels, Index pixels) {
    return pick(channels, pixels, Sequence<kMostChannels * kMostPixels>());
}

/// Cycles of one block per input channel and kernel row: two multiply-adds or two loads a cycle,
/// at least the latency of a chain of multiply-adds, and some for the loop.
double block_cycles(Index channels, Index pixels, Index registers) {
    const double products = static_cast<double>(channels * pixels * kSide);
    const double pixel_loads =
        static_cast<double>(reloads(registers) ? pixels * kSide : pixels + kSide - 1);
    const double loads = pixel_loads + static_cast<double>(channels * kSide);
    return std::max({products * 0.5, loads * 0.5, 4.0 * static_cast<double>(kSide)}) + 1.5;
}

}  // namespace

void PlanBlocks(ConvolutionPlan& plan) {
    const auto cut_for = [&plan](Index registers) {
        return best_cut(registers, plan.out.channels, plan.out.width, kMostPixels, false,
                        block_cycles);
    };
    BlockCut cut = cut_for(kRegisters);
    plan.tile = cut.tile;
    plan.blocks = std::move(cut.blocks);
    plan.run = cut_for(kRunRegisters).tile;
}

void Convolve(const ConvolutionPlan& plan, Index first, Index last, const float* packed,
              const float* init, const float* in, float* out, const ConvolutionEpilogue& epilogue) {
    const MapShape& from = plan.in;
    const MapShape& to = plan.out;
    Index channel = 0;
    const float* weights = packed;
    for (Index b = 0; b < last; ++b) {
        const Index channels = plan.blocks[static_cast<std::size_t>(b)];
        if (b >= first) {
            if (epilogue.sums != nullptr) {
                std::fill_n(epilogue.sums + channel * 2 * kLanes, channels * 2 * kLanes, 0.0F);
            }
            const Index offset = to.at(channel, 0, 0);
            const Call call{in + from.at(0, -1, -1),
                            from.plane(),
                            from.row(),
                            from.channels,
                            to.height,
                            weights,
                            init == nullptr ? nullptr : init + channel,
                            block_end(epilogue, out, offset, to.plane(), channel),
                            to.row()};
            const Index tiles = to.width / plan.tile;
            const Index rest = to.width % plan.tile;
            const Index runs = to.width / plan.run;
            // Stored pixels are summed while they are near.
            const Index band = kBlocksAreRuns ? to.height : 1;
            for (Index y = 0; y < to.height; y += band) {
                columns_for(channels, plan.tile)(call, y, y + band, 0, tiles);
                if (rest != 0) {
                    columns_for(channels, rest)(call, y, y + band, tiles * plan.tile, 1);
                }
                finish_runs(call.end, channels, y * to.row(), kLanes, plan.run, runs);
            }
            for (Index y = 0; y < to.height; ++y) {
                finish_runs(call.end, channels, y * to.row() + runs * plan.run * kLanes, kLanes,
                            to.width - runs * plan.run, 1);
            }
        }
        weights += channels * from.channels * kArea;
        channel += channels;
    }
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::train::lanes {

HWY_EXPORT(PlanBlocks);
HWY_EXPORT(Convolve);

constexpr Index kArea = ConvolutionPlan::kArea;

ConvolutionPlan plan_convolution(const MapShape& in, const MapShape& out) {
    ConvolutionPlan plan;
    plan.in = in;
    plan.out = out;
    HWY_DYNAMIC_DISPATCH(PlanBlocks)(plan);
    return plan;
}

void pack_forward(const ConvolutionPlan& plan, const float* weights, const float* scale,
                  float* packed) {
    const Index in = plan.in.channels;
    Index channel = 0;
    for (const Index block : plan.blocks) {
        for (Index o = 0; o < block; ++o, ++channel) {
            const float factor = scale == nullptr ? 1.0F : scale[channel];
            const float* from = weights + channel * in * kArea;
            for (Index tap = 0; tap < in * kArea; ++tap) {
                packed[tap * block + o] = from[tap] * factor;
            }
        }
        packed += block * in * kArea;
    }
}

void pack_backward(const ConvolutionPlan& plan, const float* weights, float* packed) {
    const Index outputs = plan.out.channels;
    Index channel = 0;
    for (const Index block : plan.blocks) {
        for (Index i = 0; i < plan.in.channels; ++i) {
            for (Index o = 0; o < block; ++o) {
                const float* last = weights + (i * outputs + channel + o + 1) * kArea - 1;
                for (Index tap = 0; tap < kArea; ++tap) {
                    packed[(i * kArea + tap) * block + o] = last[-tap];
                }
            }
        }
        packed += block * plan.in.channels * kArea;
        channel += block;
    }
}

void convolve(const ConvolutionPlan& plan, Index first, Index last, const float* packed,
              const float* init, const float* in, float* out, const ConvolutionEpilogue& epilogue) {
    HWY_DYNAMIC_DISPATCH(Convolve)(plan, first, last, packed, init, in, out, epilogue);
}

}  // namespace nanonas::train::lanes
#endif
