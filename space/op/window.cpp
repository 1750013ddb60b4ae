#include "space/op/window.hpp"

#include <algorithm>

#include "space/errors.hpp"

namespace nanonas::space {

namespace {

std::string by(std::int64_t height, std::int64_t width) {
    return std::to_string(height) + "x" + std::to_string(width);
}

std::int64_t outputs(std::int64_t side, std::int64_t window, std::int64_t stride, Padding padding) {
    return padding == Padding::kSame ? (side + stride - 1) / stride : (side - window) / stride + 1;
}

/// Padding of both ends together.
std::int64_t padded(std::int64_t side, std::int64_t window, std::int64_t stride, Padding padding) {
    if (padding == Padding::kValid) {
        return 0;
    }
    const std::int64_t reach = (outputs(side, window, stride, padding) - 1) * stride + window;
    return std::max<std::int64_t>(reach - side, 0);
}

}  // namespace

bool Window::centred() const {
    return height == width && height % 2 == 1 && stride_height == 1 && stride_width == 1 &&
           (padding == Padding::kSame || height == 1);
}

Shape Window::output(const Shape& map, std::int64_t channels) const {
    if (height < 1 || width < 1 || stride_height < 1 || stride_width < 1) {
        throw NetworkError("a window of " + to_string(*this) +
                           "; expected sides and strides of at least 1");
    }
    if (padding == Padding::kValid && (height > map.height || width > map.width)) {
        throw NetworkError("a window of " + by(height, width) + " is larger than the " +
                           to_string(map) + " map, which has no padding");
    }
    if (stride_height > map.height || stride_width > map.width) {
        throw NetworkError("a stride of " + by(stride_height, stride_width) +
                           " is larger than the " + to_string(map) + " map");
    }
    return {outputs(map.height, height, stride_height, padding),
            outputs(map.width, width, stride_width, padding), channels};
}

std::int64_t Window::top(const Shape& map) const {
    return padded(map.height, height, stride_height, padding) / 2;
}

std::int64_t Window::left(const Shape& map) const {
    return padded(map.width, width, stride_width, padding) / 2;
}

std::int64_t Window::bottom(const Shape& map) const {
    return padded(map.height, height, stride_height, padding) - top(map);
}

std::int64_t Window::right(const Shape& map) const {
    return padded(map.width, width, stride_width, padding) - left(map);
}

std::string to_string(const Window& window) {
    return by(window.height, window.width) + ", stride " +
           by(window.stride_height, window.stride_width) +
           (window.padding == Padding::kSame ? "" : ", no padding");
}

}  // namespace nanonas::space
