// Gradient of a convolution to its weights, over one group of sixteen images.
//
//   dw[o][i][ky][kx] = sum over y, x and lanes of dz[o][y][x] * in[i][y+ky-1][x+kx-1]
//
// Products are summed per lane, a band of rows at a time (so that the band of dz, just computed, is
// still in the first-level cache), and lanes are added up at the end.
#pragma once

#include <vector>

#include "train/engine/fast/kernels/lanes.hpp"

namespace nanonas::train::lanes {

struct WeightGradientPlan {
    MapShape in;
    MapShape out;
    Index taps = 3;                 ///< 1 where a 3x3 kernel meets a 1x1 map
    std::vector<Index> out_blocks;  ///< register blocks over output channels
    std::vector<Index> in_blocks;   ///< and over input channels
    Index band_rows = 2;            ///< even

    Index most_out() const;
    /// Floats of the per-lane sums of the widest output block.
    Index sums_size() const { return most_out() * in.channels * taps * taps * kLanes; }
};

WeightGradientPlan plan_weight_gradient(const MapShape& in, Index out_channels, Index kernel);

/// Rows [y0, y1) of one output block: dz is at row y0, column 0 of its first channel; in is a whole
/// map. sums [block][in][taps][taps][16] start from zero when y0 == 0.
void accumulate_weight_gradient(const WeightGradientPlan& plan, Index block, const float* dz,
                                Index dz_plane, Index dz_row, Index y0, Index y1, const float* in,
                                float* sums);

/// out[j] = sum over the first `live` lanes of sums[j][16], for j in [0, count).
void add_lanes(const float* sums, Index count, Index live, float* out);

}  // namespace nanonas::train::lanes
