// Sums over the lanes of a group.
#pragma once

#include "train/engine/fast/kernels/lanes.hpp"

namespace nanonas::train::lanes {

/// out[j] = sum over the first `live` lanes of sums[j][16], for j in [0, count).
void add_lanes(const float* sums, Index count, Index live, float* out);

}  // namespace nanonas::train::lanes
