// From raw images to lanes: sixteen images [height][width][channels] of bytes become one map of
// normalized floats, augmented on the way.
//
//   out[c][y][x][lane] = (pixel - mean) * scale, pixel as AugmentDraw defines it
#pragma once

#include <cstdint>
#include <vector>

#include "train/data/augment.hpp"
#include "train/engine/fast/kernels/lanes.hpp"

namespace nanonas::train::lanes {

struct FeedGroup {
    const std::uint8_t* images[kLanes] = {};  ///< lanes past the end may repeat an image
    const AugmentDraw* draws[kLanes] = {};    ///< null: the image as it is
};

/// `scratch` is grown as needed and holds nothing between calls.
void feed(const MapShape& shape, const FeedGroup& group, std::int32_t mean, float scale,
          std::vector<std::uint8_t>& scratch, float* out);

}  // namespace nanonas::train::lanes
