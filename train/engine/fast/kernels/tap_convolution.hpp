// Convolution with any window and stride over one group of sixteen images, of all input channels or
// of one each (depthwise), and, with the same weights read the other way, its gradient to the
// input. 3x3 of stride 1 has kernels of its own: see convolution.hpp.
//
// A register block is a few output channels times a few pixels; weights are packed per block and
// phase as [in][tap][block] and broadcast.
#pragma once

#include <vector>

#include "train/engine/fast/kernels/epilogue.hpp"
#include "train/engine/fast/kernels/taps.hpp"

namespace nanonas::train::lanes {

struct TapConvolutionPlan {
    Taps taps;
    /// Output channel o reads `inputs` channels from first_input(o) on.
    Index inputs = 1;
    Index multiply = 0, divide = 1;
    /// The weight of output channel o, its input i and tap t: o * weight_out + i * weight_in +
    /// t.weight.
    Index weight_out = 0, weight_in = 0;
    Index tile = 1;             ///< pixels of a block
    Index run = 1;              ///< as in ConvolutionPlan
    Index stretch = 1;          ///< pixels of a row that all blocks do before the next, of runs
    std::vector<Index> blocks;  ///< output channels of each block, in order

    Index first_input(Index channel) const { return channel * multiply / divide; }
    Index packed_size() const;
};

/// `multiplier` 0: each output channel reads all of `in`; else output channel o reads o /
/// multiplier alone. Weights are [out][in][height][width], [out][1][height][width].
TapConvolutionPlan plan_forward(const space::Window& window, Index multiplier, const MapShape& in,
                                const MapShape& out);
/// Maps gradients of `out` to gradients of `in`.
TapConvolutionPlan plan_backward(const space::Window& window, Index multiplier, const MapShape& out,
                                 const MapShape& in);

/// The convolution's weights -> packed. `scale`, when not null, multiplies those of output channel
/// o by scale[o].
void pack_forward(const TapConvolutionPlan& plan, const float* weights, const float* scale,
                  float* packed);
void pack_backward(const TapConvolutionPlan& plan, const float* weights, float* packed);

/// What is computed of a plan's output, from a part of its input.
struct TapPart {
    Index first = 0, last = 0;  ///< blocks
    Index y0 = 0, y1 = 0;       ///< rows of each phase
    Index in_channel = 0;       ///< that the input begins with
    Index in_y = 0;             ///< alike
};

/// Sums of the part's channels start from zero with row 0. `init` may be null for zero. The rows of
/// one channel are to be computed in their order.
void convolve(const TapConvolutionPlan& plan, const TapPart& part, const float* packed,
              const float* init, const float* in, float* out, const ConvolutionEpilogue& epilogue);
/// All rows of blocks [first, last).
void convolve(const TapConvolutionPlan& plan, Index first, Index last, const float* packed,
              const float* init, const float* in, float* out, const ConvolutionEpilogue& epilogue);

}  // namespace nanonas::train::lanes
