#include "train/data/augment.hpp"

#include <cmath>

namespace nanonas::train {

AugmentDraw draw_augment(const AugmentOptions& options, Rng& rng) {
    AugmentDraw draw;
    if (options.flip) {
        draw.flip = (rng.next() >> 63) != 0;
    }
    if (options.shift > 0) {
        const auto span = static_cast<std::uint64_t>(2 * options.shift + 1);
        draw.dy =
            static_cast<std::int32_t>(static_cast<std::int64_t>(rng.below(span)) - options.shift);
        draw.dx =
            static_cast<std::int32_t>(static_cast<std::int64_t>(rng.below(span)) - options.shift);
    }
    if (options.brightness > 0.0) {
        draw.brightness = static_cast<std::int32_t>(
            std::lround(rng.uniform(-options.brightness, options.brightness) * 255.0));
    }
    return draw;
}

}  // namespace nanonas::train
