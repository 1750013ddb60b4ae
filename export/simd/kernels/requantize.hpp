// int32 sums to int8 as requantize() (export/int8/multiplier.hpp) rounds them, many at once.
// Run-time dispatch.
#pragma once

#include <cstdint>

#include "export/simd/kernels/lanes.hpp"

namespace nanonas::exporting::simd {

struct Requantization {
    const std::int32_t* sums;  ///< [pixels][channels]; readable kLanes behind its end
    Index pixels, channels;
    const std::int32_t* m0;      ///< [padded_channels(channels)], not negative
    const std::int32_t* shifts;  ///< the same: to the right, in [0, 31]
    std::int32_t zero_point, clamp_min, clamp_max;
    std::int8_t* out;  ///< [pixels][channels]
};

void requantize(const Requantization& call);

}  // namespace nanonas::exporting::simd
