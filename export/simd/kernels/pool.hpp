// Largest values of windows and sums over maps, channels in lanes and in the order of the naive
// loops. Run-time dispatch.
#pragma once

#include <cstdint>

#include "export/simd/kernels/lanes.hpp"

namespace nanonas::exporting::simd {

/// Square windows side by side; maps are [height][width][channels].
template <typename Value>
struct MaxPool {
    const Value* map;
    Index width;  ///< of the map
    Index side, height_out, width_out, channels;
    Value* out;
};

void max_pool(const MaxPool<float>& call);
void max_pool(const MaxPool<std::int8_t>& call);

/// sums[c] = map[0][c] + map[1][c] + ...
void channel_sums(const float* map, Index pixels, Index channels, float* sums);
/// At most kMostSummedPixels.
void channel_sums(const std::int8_t* map, Index pixels, Index channels, std::int32_t* sums);

constexpr Index kMostSummedPixels = Index{1} << 23;

}  // namespace nanonas::exporting::simd
