// The window of a convolution, to be changed.
#pragma once

#include <optional>
#include <vector>

#include "space/op/op.hpp"
#include "space/op/window_fields.hpp"

namespace nanonas::exporting {

inline bool is_convolution(const space::Op& op) {
    return std::holds_alternative<space::Conv2d>(op) ||
           std::holds_alternative<space::DepthwiseConv2d>(op);
}

/// Of a convolution.
inline void set_window(space::Op& op, const space::Window& window) {
    if (auto* conv = std::get_if<space::Conv2d>(&op)) {
        space::set_window_fields(*conv, window);
    } else {
        space::set_window_fields(std::get<space::DepthwiseConv2d>(op), window);
    }
}

}  // namespace nanonas::exporting
