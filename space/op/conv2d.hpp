#pragma once

#include "space/op/activation.hpp"
#include "space/op/parameter.hpp"
#include "space/op/window_fields.hpp"

namespace nanonas::space {

/// Convolution with any window; no bias of its own when a BatchNorm follows. Weight `.weight` is
/// [out][in][height][width], `.bias` [out].
struct Conv2d {
    static constexpr const char* kName = "Conv2d";
    static constexpr std::size_t kInputs = 1;
    static constexpr bool kMovesData = true;

    std::int64_t out_channels = 1;
    std::int64_t kernel = 3;
    bool bias = false;
    Activation activation = Activation::kNone;  ///< set by passes
    std::int64_t kernel_width = 0, stride = 1, stride_width = 0;
    bool valid = false;  ///< no padding

    static Conv2d of(std::int64_t out_channels, const Window& window, bool bias);
    Window window() const { return window_of_fields(*this); }

    /// Throws NetworkError for a window that does not fit the map, and for no channels.
    Shape output(const std::vector<Shape>& inputs) const;
    std::vector<ParameterSpec> parameters(const std::vector<Shape>& inputs) const;
    /// Taps on the border count, as the published searches count them.
    std::int64_t macc(const std::vector<Shape>& inputs) const;
    std::int64_t weight_bytes(const std::vector<Shape>& inputs) const;

    template <typename Field>
    static void fields(Field&& field) {
        field("out_channels", &Conv2d::out_channels, whole(1, kLargestSide));
        list_window_fields<Conv2d>(field);
        field("bias", &Conv2d::bias);
    }
};

}  // namespace nanonas::space
