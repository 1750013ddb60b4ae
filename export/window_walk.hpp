// The positions of a map that a window covers.
#pragma once

#include <algorithm>
#include <cstdint>

#include "space/network.hpp"

namespace nanonas::exporting {

/// Rows and columns of the map, from the first to behind the last: padding is left out.
struct Covered {
    std::int64_t top, bottom, left, right;

    std::int64_t count() const { return (bottom - top) * (right - left); }
};

/// Under the window of output (y, x).
inline Covered covered(const space::Window& window, const space::Shape& map, std::int64_t y,
                       std::int64_t x) {
    const std::int64_t top = y * window.stride_height - window.top(map);
    const std::int64_t left = x * window.stride_width - window.left(map);
    return {std::max<std::int64_t>(top, 0), std::min(top + window.height, map.height),
            std::max<std::int64_t>(left, 0), std::min(left + window.width, map.width)};
}

/// Calls visit(window, channel, at) for every output value, `at` being its place.
template <typename Visit>
void for_each_window(const space::Node& node, const Visit& visit) {
    const space::Window window = space::window_of(node.op);
    std::size_t at = 0;
    for (std::int64_t y = 0; y < node.output.height; ++y) {
        for (std::int64_t x = 0; x < node.output.width; ++x) {
            const Covered under = covered(window, node.input, y, x);
            for (std::int64_t channel = 0; channel < node.output.channels; ++channel) {
                visit(under, channel, at++);
            }
        }
    }
}

/// Calls visit(value) for every value of one channel under a window.
template <typename Values, typename Visit>
void for_each_covered(const Values& values, const space::Shape& map, const Covered& under,
                      std::int64_t channel, const Visit& visit) {
    for (std::int64_t row = under.top; row < under.bottom; ++row) {
        for (std::int64_t column = under.left; column < under.right; ++column) {
            visit(values[static_cast<std::size_t>((row * map.width + column) * map.channels +
                                                  channel)]);
        }
    }
}

}  // namespace nanonas::exporting
