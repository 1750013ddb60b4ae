// What happens to raw pixels before the first layer; travels with the model into every export.
#pragma once

#include <cstdint>

namespace nanonas::space {

/// x = (pixel - mean) * scale, pixel a raw 0..255 value. The image is first brought to the
/// network's input size and to grey or RGB.
/// `mean` is a whole number so that int8 input needs no arithmetic: q = pixel - 128 with scale
/// `scale` and zero point mean - 128 is exact.
struct Preprocess {
    float scale = 1.0F / 255.0F;
    std::int32_t mean = 0;  ///< [0, 255]

    float apply(std::uint8_t pixel) const {
        return static_cast<float>(static_cast<std::int32_t>(pixel) - mean) * scale;
    }
    friend bool operator==(const Preprocess& a, const Preprocess& b) {
        return a.scale == b.scale && a.mean == b.mean;
    }
};

}  // namespace nanonas::space
