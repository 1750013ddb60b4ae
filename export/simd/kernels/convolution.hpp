// Sums over all channels of a window, output channels in lanes: each output's own sum has the order
// of the naive loops. Run-time dispatch.
#pragma once

#include <cstdint>

#include "export/simd/kernels/lanes.hpp"

namespace nanonas::exporting::simd {

/// Output channels that share a block of packed weights.
constexpr Index kBlock = 3 * kLanes;

/// Taps that are multiplied together: pairs of int16, single floats.
template <typename Value>
constexpr Index kGroup = sizeof(Value) == sizeof(std::int16_t) ? 2 : 1;

/// Of a row of the window: its taps lie side by side in the map.
template <typename Value>
constexpr Index groups(Index taps) {
    return (taps + kGroup<Value> - 1) / kGroup<Value>;
}

/// `Value` float with `Sum` float, or int16 with int32.
template <typename Value, typename Sum>
struct Convolution {
    const Value* map;             ///< with its border; int16: readable one value behind its end
    const std::int32_t* offsets;  ///< [pixels], from `map` to the first tap of each output pixel
    Index pixels;
    Index rows, row_taps;  ///< of the window
    Index row_pitch;       ///< from one row of the map to the next
    /// [channels / kBlock][rows][groups(row_taps)][lanes][kGroup], the last block's lanes as many
    /// as the rest of padded_channels(channels); absent taps and channels 0.
    const Value* weights;
    const Sum* bias;  ///< [padded_channels(channels)]
    Index channels;   ///< of the output
    bool relu;        ///< floats alone
    Sum* out;         ///< [pixels][channels]
};

void convolve(const Convolution<float, float>& call);
void convolve(const Convolution<std::int16_t, std::int32_t>& call);

}  // namespace nanonas::exporting::simd
