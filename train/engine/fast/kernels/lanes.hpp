// Batch in lanes: sixteen images side by side are the SIMD dimension of every kernel here.
//
// A Map holds one group of sixteen images as [channels][height + 2][width + 2][16] floats, the
// border zero, so that each tap of a 3x3 convolution is a plain aligned load whatever the number of
// channels. Lanes past the end of a short group hold finite values that no reduction reads.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nanonas::train::lanes {

using Index = std::ptrdiff_t;

inline constexpr Index kLanes = 16;

struct MapShape {
    Index channels = 0;
    Index height = 0;
    Index width = 0;

    Index row() const { return (width + 2) * kLanes; }    ///< floats from a row to the next
    Index plane() const { return (height + 2) * row(); }  ///< floats from a channel to the next
    Index size() const { return channels * plane(); }     ///< floats in the whole map
    Index interior() const { return row() + kLanes; }     ///< offset of pixel (0, 0)
    Index at(Index channel, Index y, Index x) const {
        return channel * plane() + (y + 1) * row() + (x + 1) * kLanes;
    }
};

}  // namespace nanonas::train::lanes
