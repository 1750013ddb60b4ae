#include "space/op/max_pool2d.hpp"

#include "space/errors.hpp"

namespace nanonas::space {

namespace {

std::int64_t or_size(std::int64_t side, std::int64_t size) {
    return side == 0 ? size : side;
}

std::int64_t unless_size(std::int64_t side, std::int64_t size) {
    return side == size ? 0 : side;
}

}  // namespace

MaxPool2d MaxPool2d::of(const Window& window) {
    const std::int64_t side = window.height;
    return {side, unless_size(window.width, side), unless_size(window.stride_height, side),
            unless_size(window.stride_width, side), window.padding == Padding::kSame};
}

Window MaxPool2d::window() const {
    return {size, or_size(size_width, size), or_size(stride, size), or_size(stride_width, size),
            same ? Padding::kSame : Padding::kValid};
}

bool MaxPool2d::tiles() const {
    return window() == Window{size, size, size, size, Padding::kValid};
}

Shape MaxPool2d::output(const std::vector<Shape>& inputs) const {
    const Shape& in = inputs[0];
    if (tiles() && (size < 1 || in.height < size || in.width < size)) {
        throw NetworkError("a " + to_string(in) + " map cannot be pooled by " +
                           std::to_string(size));
    }
    return window().output(in, in.channels);
}

}  // namespace nanonas::space
