#include "train/engine/fast/kernels/convolution.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/engine/fast/kernels/convolution.cpp"
#include "hwy/foreach_target.h"
#include "train/engine/fast/kernels/register_block-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nanonas::train::lanes::HWY_NAMESPACE {
namespace {

/// With few registers the pixels of a row are loaded once per tap.
constexpr bool kReload = kRegisters < 32;

struct Call {
    const float* in;  ///< pixel (0, 0) less the reach of the kernel
    Index in_plane, in_row, in_channels, height;
    const float* weights;
    const float* init;
    BlockEnd end;  ///< at pixel (0, 0)
    Index out_row;
};

template <Index C, Index P, Index K, Index... KX>
HWY_INLINE void multiply_row(Vectors<C * P>& sums, const float* in, const float* weights,
                             std::integer_sequence<Index, KX...>) {
    if constexpr (kReload) {
        Vectors<P> pixels;
        ((load_pixels<1>(pixels, forget(in) + KX * kLanes, Sequence<P>()),
          multiply_tap<0, P>(sums, pixels, weights + KX * C, Sequence<C>())),
         ...);
    } else {
        Vectors<P + K - 1> pixels;
        load_pixels<1>(pixels, in, Sequence<P + K - 1>());
        (multiply_tap<KX, P>(sums, pixels, weights + KX * C, Sequence<C>()), ...);
    }
}

/// C channels of `tiles` runs of P pixels from column `x` on, all rows.
template <Index C, Index P, Index K>
void convolve_columns(const Call& call, Index x, Index tiles) {
    for (Index y = 0; y < call.height; ++y) {
        // Rows of the border are zero: skip them.
        const Index first = K == 3 && y == 0 ? 1 : 0;
        const Index last = K == 3 && y == call.height - 1 ? K - 1 : K;
        for (Index chunk = 0; chunk < kLanes; chunk += kWidth) {
            for (Index tile = 0; tile < tiles; ++tile) {
                const Index column = (x + tile * P) * kLanes + chunk;
                Vectors<C * P> sums;
                start_block<P>(sums, call.init, Sequence<C>());
                const float* plane = call.in + (y + first) * call.in_row + column;
                const float* weights = call.weights + first * K * C;
                for (Index i = 0; i < call.in_channels; ++i) {
                    const float* in = plane;
                    const float* w = weights;
                    for (Index ky = first; ky < last; ++ky) {
                        multiply_row<C, P, K>(sums, in, w, Sequence<K>());
                        in += call.in_row;
                        w += K * C;
                    }
                    plane += call.in_plane;
                    weights += K * K * C;
                }
                finish_block<P>(sums, call.end, y * call.out_row + column, kLanes, chunk,
                                Sequence<C>());
            }
        }
    }
}

using Columns = void (*)(const Call&, Index x, Index tiles);

template <Index C, Index P, Index K>
constexpr Columns columns_or_null() {
    if constexpr (fits_registers(C, P)) {
        return &convolve_columns<C, P, K>;
    } else {
        return nullptr;
    }
}

template <Index K, Index... I>
Columns pick(Index channels, Index pixels, std::integer_sequence<Index, I...>) {
    static constexpr Columns kTable[] = {
        columns_or_null<I / kMostPixels + 1, I % kMostPixels + 1, K>()...};
    return kTable[(channels - 1) * kMostPixels + pixels - 1];
}

Columns columns_for(Index taps, Index channels, Index pixels) {
    constexpr auto kAll = Sequence<kMostChannels * kMostPixels>();
    return taps == 3 ? pick<3>(channels, pixels, kAll) : pick<1>(channels, pixels, kAll);
}

/// Cycles of one block per input channel and kernel row: two multiply-adds or two loads a cycle,
/// at least the latency of a chain of multiply-adds, and some for the loop.
double block_cycles(Index channels, Index pixels, Index taps) {
    const double products = static_cast<double>(channels * pixels * taps);
    const double pixel_loads = static_cast<double>(kReload ? pixels * taps : pixels + taps - 1);
    const double loads = pixel_loads + static_cast<double>(channels * taps);
    return std::max({products * 0.5, loads * 0.5, 4.0 * static_cast<double>(taps)}) + 1.5;
}

double row_cycles(Index channels, Index width, Index tile, Index taps) {
    const Index rest = width % tile;
    return static_cast<double>(width / tile) * block_cycles(channels, tile, taps) +
           (rest == 0 ? 0.0 : block_cycles(channels, rest, taps));
}

}  // namespace

void PlanBlocks(ConvolutionPlan& plan) {
    double best = 0.0;
    for (Index tile = 1; tile <= std::min(kMostPixels, plan.out.width) && fits_registers(1, tile);
         ++tile) {
        const Index most = most_channels(tile);
        const Index count = (plan.out.channels + most - 1) / most;
        std::vector<Index> blocks;
        double cycles = 0.0;
        for (Index b = 0; b < count; ++b) {
            blocks.push_back(plan.out.channels * (b + 1) / count - plan.out.channels * b / count);
            cycles += row_cycles(blocks.back(), plan.out.width, tile, plan.taps);
        }
        if (tile == 1 || cycles < best) {
            best = cycles;
            plan.tile = tile;
            plan.blocks = std::move(blocks);
        }
    }
}

void Convolve(const ConvolutionPlan& plan, Index first, Index last, const float* packed,
              const float* init, const float* in, float* out, const ConvolutionEpilogue& epilogue) {
    const MapShape& from = plan.in;
    const MapShape& to = plan.out;
    const Index reach = plan.taps / 2;
    Index channel = 0;
    const float* weights = packed;
    for (Index b = 0; b < last; ++b) {
        const Index channels = plan.blocks[static_cast<std::size_t>(b)];
        if (b >= first) {
            if (epilogue.sums != nullptr) {
                std::fill_n(epilogue.sums + channel * 2 * kLanes, channels * 2 * kLanes, 0.0F);
            }
            const Index offset = to.at(channel, 0, 0);
            const Call call{in + from.at(0, -reach, -reach),
                            from.plane(),
                            from.row(),
                            from.channels,
                            to.height,
                            weights,
                            init == nullptr ? nullptr : init + channel,
                            {&epilogue, out + offset, to.plane(),
                             epilogue.pre == nullptr ? nullptr : epilogue.pre + offset, channel},
                            to.row()};
            const Index tiles = to.width / plan.tile;
            const Index rest = to.width % plan.tile;
            columns_for(plan.taps, channels, plan.tile)(call, 0, tiles);
            if (rest != 0) {
                columns_for(plan.taps, channels, rest)(call, tiles * plan.tile, 1);
            }
        }
        weights += channels * from.channels * plan.taps * plan.taps;
        channel += channels;
    }
}

}  // namespace nanonas::train::lanes::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nanonas::train::lanes {

HWY_EXPORT(PlanBlocks);
HWY_EXPORT(Convolve);

ConvolutionPlan plan_convolution(const MapShape& in, const MapShape& out, Index kernel) {
    ConvolutionPlan plan;
    plan.in = in;
    plan.out = out;
    plan.kernel = kernel;
    plan.taps = in.height == 1 && in.width == 1 ? 1 : kernel;
    HWY_DYNAMIC_DISPATCH(PlanBlocks)(plan);
    return plan;
}

void pack_forward(const ConvolutionPlan& plan, const float* weights, const float* scale,
                  float* packed) {
    const Index in = plan.in.channels;
    const Index area = plan.kernel * plan.kernel;
    const Index taps = plan.taps * plan.taps;
    const Index first_tap = (area - taps) / 2;  // the middle one when only one of nine counts
    Index channel = 0;
    for (const Index block : plan.blocks) {
        for (Index o = 0; o < block; ++o, ++channel) {
            const float factor = scale == nullptr ? 1.0F : scale[channel];
            const float* from = weights + channel * in * area + first_tap;
            for (Index i = 0; i < in; ++i) {
                for (Index tap = 0; tap < taps; ++tap) {
                    packed[(i * taps + tap) * block + o] = from[i * area + tap] * factor;
                }
            }
        }
        packed += block * in * taps;
    }
}

void pack_backward(const ConvolutionPlan& plan, const float* weights, float* packed) {
    const Index outputs = plan.out.channels;
    const Index area = plan.kernel * plan.kernel;
    const Index taps = plan.taps * plan.taps;
    const Index last_tap = (area + taps) / 2 - 1;
    Index channel = 0;
    for (const Index block : plan.blocks) {
        for (Index i = 0; i < plan.in.channels; ++i) {
            for (Index o = 0; o < block; ++o) {
                const float* from = weights + (i * outputs + channel + o) * area + last_tap;
                for (Index tap = 0; tap < taps; ++tap) {
                    packed[(i * taps + tap) * block + o] = from[-tap];
                }
            }
        }
        packed += block * plan.in.channels * taps;
        channel += block;
    }
}

void convolve(const ConvolutionPlan& plan, Index first, Index last, const float* packed,
              const float* init, const float* in, float* out, const ConvolutionEpilogue& epilogue) {
    HWY_DYNAMIC_DISPATCH(Convolve)(plan, first, last, packed, init, in, out, epilogue);
}

}  // namespace nanonas::train::lanes
#endif
