// The window of an operator as fields of it: a centred square of stride 1 is its `kernel` alone, as
// files had it first. `kernel_width` and `stride_width` of 0 are as the other.
#pragma once

#include "space/op/fields.hpp"
#include "space/op/window.hpp"

namespace nanonas::space {

constexpr std::int64_t kLargestStride = 255;

template <typename Operator>
Window window_of_fields(const Operator& op) {
    return {op.kernel, op.kernel_width == 0 ? op.kernel : op.kernel_width, op.stride,
            op.stride_width == 0 ? op.stride : op.stride_width,
            op.valid ? Padding::kValid : Padding::kSame};
}

template <typename Operator>
void set_window_fields(Operator& op, const Window& window) {
    op.kernel = window.height;
    op.kernel_width = window.width == window.height ? 0 : window.width;
    op.stride = window.stride_height;
    op.stride_width = window.stride_width == window.stride_height ? 0 : window.stride_width;
    op.valid = window.padding == Padding::kValid;
}

template <typename Operator, typename Field>
void list_window_fields(Field& field) {
    field("kernel", &Operator::kernel, whole(1, kLargestKernel));
    field("kernel_width", &Operator::kernel_width, optional_whole(0, kLargestKernel));
    field("stride", &Operator::stride, optional_whole(1, kLargestStride));
    field("stride_width", &Operator::stride_width, optional_whole(0, kLargestStride));
    field("valid", &Operator::valid, OptionalFlag{});
}

}  // namespace nanonas::space
