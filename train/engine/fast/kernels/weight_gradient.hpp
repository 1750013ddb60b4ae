// Gradient of a convolution to its weights, over one group of sixteen images.
//
//   dw[o][i][tap] = sum over y, x and lanes of
//                   dz[o][y][x] * in[i][y * step_y + tap.y][x * step_x + tap.x]
//
// Products are summed per lane, a band of rows at a time (so that the band of dz, just computed, is
// still in the first-level cache), and lanes are added up at the end.
#pragma once

#include <vector>

#include "train/engine/fast/kernels/taps.hpp"

namespace nanonas::train::lanes {

/// A run of taps in a row of the window, one or three.
struct TapRun {
    Index y = 0, x = 0;  ///< of the first
    Index count = 1;
    Index sum = 0;  ///< the first one's place among the sums
};

/// Neighbouring rows of runs: what a depthwise channel sums in one go.
struct TapPatch {
    Index y = 0, x = 0, rows = 1, columns = 1;
    Index sum = 0;
};

struct WeightGradientPlan {
    Taps taps;             ///< forward
    Index multiplier = 0;  ///< 0: all input channels; else output channel o / multiplier alone
    std::vector<TapRun> runs;
    std::vector<TapPatch> patches;  ///< depthwise
    Index columns = 1;              ///< taps in a row of the window
    std::vector<Index> out_blocks;  ///< blocks of output channels, the same on every SIMD target
    Index most_part = 1;            ///< output channels of a register block, at most: part of one
    std::vector<Index> in_blocks;   ///< its input channels; none for depthwise
    bool pointwise = false;         ///< 1x1: one output block, which is cut where it is summed
    Index band_rows = 2;            ///< even

    const MapShape& in() const { return taps.in; }
    const MapShape& out() const { return taps.out; }
    Index inputs() const { return multiplier == 0 ? taps.in.channels : 1; }
    /// Taps that meet a pixel; the gradient of the others' weights is zero.
    Index kept() const { return static_cast<Index>(taps.phases.front().taps.size()); }
    Index most_out() const;
    /// Floats of the per-lane sums of the widest output block.
    Index sums_size() const { return most_out() * inputs() * kept() * kLanes; }
};

WeightGradientPlan plan_weight_gradient(const space::Window& window, Index multiplier,
                                        const MapShape& in, const MapShape& out);

/// Rows [y0, y1) of one output block: dz is at row y0, column 0 of its first channel; in is a whole
/// map. sums [block][inputs][kept][16] start from zero when y0 == 0.
void accumulate_weight_gradient(const WeightGradientPlan& plan, Index block, const float* dz,
                                Index dz_plane, Index dz_row, Index y0, Index y1, const float* in,
                                float* sums);

/// Adds up the live lanes of a block's sums: out [block][inputs][area]. Weights whose tap meets no
/// pixel are left as they are. scratch: [block * inputs * kept].
void add_block(const WeightGradientPlan& plan, Index block, const float* sums, Index live,
               float* scratch, float* out);

}  // namespace nanonas::train::lanes
