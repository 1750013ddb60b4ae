// Shapes of feature maps and the output-size formulas of the layers.
#pragma once

#include <cstdint>
#include <string>

namespace nanonas::space {

/// A feature map or image, [height][width][channels]; a vector is 1 x 1 x n.
struct Shape {
    std::int64_t height = 1;
    std::int64_t width = 1;
    std::int64_t channels = 1;

    std::int64_t elements() const { return height * width * channels; }

    friend bool operator==(const Shape& a, const Shape& b) {
        return a.height == b.height && a.width == b.width && a.channels == b.channels;
    }
    friend bool operator!=(const Shape& a, const Shape& b) { return !(a == b); }
};

/// "50x50x3".
std::string to_string(const Shape& shape);

/// Reads "HxWxC" (or "HxW", one channel); each in [1, 4096], channels 1 or 3 when `image`.
/// Throws ConfigError with what was expected.
Shape parse_shape(const std::string& text, bool image = true);

}  // namespace nanonas::space
