// Sums over the window of one channel, channels in lanes: each output's own sum has the order of
// the naive loops. Run-time dispatch.
#pragma once

#include <cstdint>

#include "export/simd/kernels/lanes.hpp"

namespace nanonas::exporting::simd {

/// `Value` float with `Sum` float, or int16 with int32.
template <typename Value, typename Sum>
struct Depthwise {
    /// With its border and as many channels as the output; readable kLanes values behind its end.
    const Value* map;
    const std::int32_t* offsets;  ///< [pixels], from `map` to the first tap of each output pixel
    Index pixels;
    Index height, width;   ///< of the window
    Index row_pitch;       ///< from one row of the map to the next
    const Value* weights;  ///< [height][width][padded_channels(channels)]
    const Sum* bias;       ///< [padded_channels(channels)]
    Index channels;
    bool relu;  ///< floats alone
    Sum* out;   ///< [pixels][channels]
};

void depthwise(const Depthwise<float, float>& call);
void depthwise(const Depthwise<std::int16_t, std::int32_t>& call);

}  // namespace nanonas::exporting::simd
