// Batch norm's affine map, ReLU and what follows it (2x2 maximum, global average or nothing) in one
// pass over one group of sixteen images.
//
//   y = max(scale[c] * z + shift[c], 0), without the maximum where there is no ReLU
#pragma once

#include "train/engine/fast/kernels/lanes.hpp"

namespace nanonas::train::lanes {

/// out[c][y][x] = maximum of y over the 2x2 window (odd last rows and columns are left out).
/// pre[c][y][x], unless null: the z that gave the maximum, the first one of equals.
/// Channels [first, last).
/// `out` has the border of its own shape.
void activate_pool(const MapShape& shape, const MapShape& pooled, bool relu, Index first,
                   Index last, const float* z, const float* scale, const float* shift, float* pre,
                   float* out);

/// out = y.
void activate(const MapShape& shape, bool relu, Index first, Index last, const float* z,
              const float* scale, const float* shift, float* out);

/// out = y with skip[c][y][x], laid out as `z`, added before the maximum.
void activate_sum(const MapShape& shape, bool relu, Index first, Index last, const float* z,
                  const float* scale, const float* shift, const float* skip, float* out);

/// totals[c][3][16]: per lane, the sum of y, the number of pixels with y > 0 (without ReLU: of all)
/// and their sum of z.
void activate_average(const MapShape& shape, bool relu, Index first, Index last, const float* z,
                      const float* scale, const float* shift, float* totals);

}  // namespace nanonas::train::lanes
