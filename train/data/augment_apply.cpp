#include "train/data/augment_apply.hpp"

#include <algorithm>

namespace nanonas::train {

void apply_augment(const space::Shape& shape, const std::uint8_t* in, const AugmentDraw& draw,
                   std::uint8_t* out) {
    for (std::int64_t y = 0; y < shape.height; ++y) {
        const std::int64_t from_y = std::clamp<std::int64_t>(y + draw.dy, 0, shape.height - 1);
        const std::uint8_t* row = in + from_y * shape.width * shape.channels;
        for (std::int64_t x = 0; x < shape.width; ++x) {
            const std::int64_t mirrored = draw.flip ? shape.width - 1 - x : x;
            const std::int64_t from_x =
                std::clamp<std::int64_t>(mirrored + draw.dx, 0, shape.width - 1);
            for (std::int64_t c = 0; c < shape.channels; ++c) {
                const int value = row[from_x * shape.channels + c] + draw.brightness;
                *out++ = static_cast<std::uint8_t>(std::clamp(value, 0, 255));
            }
        }
    }
}

}  // namespace nanonas::train
