// Convolution 3x3 with stride 1 and zero padding over one group of sixteen images, and,
// with transposed and flipped weights, its gradient to the input.
//
//   out[o][y][x] = init[o] + sum over i, ky, kx of weight[o][i][ky][kx] * in[i][y+ky-1][x+kx-1]
//
// A register block is a few output channels times a few pixels; weights are packed per block as
// [in][ky][kx][block] and broadcast.
#pragma once

#include <vector>

#include "train/engine/fast/kernels/epilogue.hpp"
#include "train/engine/fast/kernels/lanes.hpp"

namespace nanonas::train::lanes {

/// How one convolution is cut into register blocks; the right cut depends on the SIMD target. What
/// it gives does not: sums go run by run on all of them.
struct ConvolutionPlan {
    static constexpr Index kSide = 3, kArea = 9;  ///< of the kernel

    MapShape in;
    MapShape out;
    Index tile = 1;             ///< pixels of a block
    Index run = 1;              ///< pixels that are summed before they join the channel's sum
    std::vector<Index> blocks;  ///< output channels of each block, in order

    Index packed_size() const { return in.channels * out.channels * kArea; }
};

/// `out` is as high and wide as `in`; both have a border of at least one pixel.
ConvolutionPlan plan_convolution(const MapShape& in, const MapShape& out);

/// weights [out][in][3][3] -> packed. `scale`, when not null, multiplies output channel o
/// by scale[o].
void pack_forward(const ConvolutionPlan& plan, const float* weights, const float* scale,
                  float* packed);

/// `plan` maps gradients of the output (plan.in) to gradients of the input (plan.out); weights are
/// the forward ones, [plan.in.channels][plan.out.channels][3][3].
void pack_backward(const ConvolutionPlan& plan, const float* weights, float* packed);

/// Output channels of blocks [first, last) of the plan; sums of those channels start from zero.
/// `init` may be null for zero.
void convolve(const ConvolutionPlan& plan, Index first, Index last, const float* packed,
              const float* init, const float* in, float* out, const ConvolutionEpilogue& epilogue);

}  // namespace nanonas::train::lanes
