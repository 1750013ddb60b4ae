// Channels computed together; what the kernels share with those that prepare numbers for them.
#pragma once

#include <cstdint>

namespace nanonas::exporting::simd {

using Index = std::int64_t;

/// The most lanes of any target. Tables of channels are padded to a multiple.
constexpr Index kLanes = 16;

constexpr Index padded_channels(Index channels) {
    return (channels + kLanes - 1) / kLanes * kLanes;
}

}  // namespace nanonas::exporting::simd
