// Random changes to training images, drawn per image and epoch, the same for every engine.
#pragma once

#include <cstdint>

#include "space/random.hpp"

namespace nanonas::train {

/// All off by default.
struct AugmentOptions {
    bool flip = false;        ///< mirror left-right with probability 1/2
    std::int64_t shift = 0;   ///< whole pixels, uniform in [-shift, shift], both axes; edges repeat
    double brightness = 0.0;  ///< [0, 1]: adds uniform(-b, b) * 255 to every pixel, clamped

    bool any() const { return flip || shift > 0 || brightness > 0.0; }
};

/// One image's draw: output (y, x) = clamp(input(clamp(y + dy), clamp(flip ? w-1-x + dx : x + dx))
/// + brightness), pixel units, rounded to a whole pixel.
struct AugmentDraw {
    bool flip = false;
    std::int32_t dy = 0;
    std::int32_t dx = 0;
    std::int32_t brightness = 0;
};

AugmentDraw draw_augment(const AugmentOptions& options, Rng& rng);

}  // namespace nanonas::train
