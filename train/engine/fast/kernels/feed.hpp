// From raw images to lanes: sixteen images [height][width][channels] of bytes become one map of
// normalized floats, augmented on the way.
//
//   out[c][y][x][lane] = (pixel - mean) * scale, pixel as AugmentDraw defines it
#pragma once

#include <cstdint>
#include <vector>

#include "train/data/augment.hpp"
#include "train/engine/fast/aligned_floats.hpp"
#include "train/engine/fast/kernels/lanes.hpp"

namespace nanonas::train::lanes {

struct FeedGroup {
    const std::uint8_t* images[kLanes] = {};  ///< lanes past the end may repeat an image
    const AugmentDraw* draws[kLanes] = {};    ///< null: the image as it is
};

/// Room for images of one shape; holds nothing between calls.
struct FeedScratch {
    explicit FeedScratch(const MapShape& shape);

    AlignedFloats bytes;
    std::vector<std::uint32_t> offsets;
};

/// Allocates nothing: it is called on threads that must not throw. `scratch` is one of this shape.
void feed(const MapShape& shape, const FeedGroup& group, std::int32_t mean, float scale,
          FeedScratch& scratch, float* out);

}  // namespace nanonas::train::lanes
