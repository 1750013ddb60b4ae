// Labelled uint8 images as every room sees them: one contiguous block, in memory or mapped.
#pragma once

#include <cstdint>

#include "space/shapes.hpp"

namespace nanonas::space {

/// A view: does not own. `pixels` is [count][height][width][channels], raw 0..255.
struct ImageView {
    Shape shape;
    std::int64_t count = 0;
    const std::uint8_t* pixels = nullptr;
    const std::int32_t* labels = nullptr;  ///< [count], each in [0, classes)

    const std::uint8_t* image(std::int64_t index) const {
        return pixels + index * shape.elements();
    }
};

}  // namespace nanonas::space
