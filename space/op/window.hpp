// Windows over maps: sides, strides, padding. The arithmetic is TFLite's (and TensorFlow's).
#pragma once

#include <cstdint>

#include "space/shapes.hpp"

namespace nanonas::space {

/// kSame: out = ceil(in / stride), zeros around the map, the odd one below and on the right.
/// kValid: out = floor((in - side) / stride) + 1, no padding.
enum class Padding { kSame, kValid };

/// A window and how it moves.
struct Window {
    std::int64_t height = 1, width = 1;
    std::int64_t stride_height = 1, stride_width = 1;
    Padding padding = Padding::kSame;

    std::int64_t area() const { return height * width; }
    /// Square, of one stride, and with as much padding on either side.
    bool centred() const;

    /// Throws NetworkError for a side or stride below 1, a window larger than a map without
    /// padding, a stride larger than the map.
    Shape output(const Shape& map, std::int64_t channels) const;
    /// Rows and columns of padding before the map, and behind it.
    std::int64_t top(const Shape& map) const;
    std::int64_t left(const Shape& map) const;
    std::int64_t bottom(const Shape& map) const;
    std::int64_t right(const Shape& map) const;

    friend bool operator==(const Window& a, const Window& b) {
        return a.height == b.height && a.width == b.width && a.stride_height == b.stride_height &&
               a.stride_width == b.stride_width && a.padding == b.padding;
    }
};

/// "10x4, stride 2x2" with ", no padding" where there is none.
std::string to_string(const Window& window);

}  // namespace nanonas::space
