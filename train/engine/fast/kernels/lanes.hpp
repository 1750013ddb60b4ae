// Batch in lanes: sixteen images side by side are the SIMD dimension of every kernel here.
//
// A Map holds one group of sixteen images as [channels][height + 2b][width + 2b][16] floats, the
// border of b pixels zero, so that each tap of a convolution is a plain aligned load whatever the
// number of channels. Lanes past the end of a short group hold finite values that no reduction
// reads.
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
    Index border = 1;  ///< pixels on each side

    Index row() const { return (width + 2 * border) * kLanes; }  ///< floats to the next row
    /// Floats to the next channel: an odd number of pixels, so that the channels' rows do not all
    /// fall on the same lines of a cache.
    Index plane() const { return ((height + 2 * border) * (width + 2 * border) | 1) * kLanes; }
    Index size() const { return channels * plane(); }  ///< floats in the whole map
    Index interior() const { return at(0, 0, 0); }     ///< offset of pixel (0, 0)
    Index at(Index channel, Index y, Index x) const {
        return channel * plane() + (y + border) * row() + (x + border) * kLanes;
    }
};

}  // namespace nanonas::train::lanes
