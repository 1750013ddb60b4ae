#pragma once

#include "space/op/activation.hpp"
#include "space/op/parameter.hpp"
#include "space/op/window_fields.hpp"

namespace nanonas::space {

/// `multiplier` convolutions of each input channel alone, which lie side by side in the output:
/// output channel o reads input channel o / multiplier. Weight `.weight` is
/// [out][1][height][width],
/// `.bias` [out].
struct DepthwiseConv2d {
    static constexpr const char* kName = "DepthwiseConv2d";
    static constexpr std::size_t kInputs = 1;
    static constexpr bool kMovesData = true;

    std::int64_t multiplier = 1;
    std::int64_t kernel = 3;
    bool bias = false;
    Activation activation = Activation::kNone;  ///< set by passes
    std::int64_t kernel_width = 0, stride = 1, stride_width = 0;
    bool valid = false;  ///< no padding

    static DepthwiseConv2d of(std::int64_t multiplier, const Window& window, bool bias);
    Window window() const { return window_of_fields(*this); }

    /// Throws NetworkError for a window that does not fit the map, a multiplier below 1, and more
    /// output channels than a map may have.
    Shape output(const std::vector<Shape>& inputs) const;
    std::vector<ParameterSpec> parameters(const std::vector<Shape>& inputs) const;
    /// Taps on the border count.
    std::int64_t macc(const std::vector<Shape>& inputs) const;
    std::int64_t weight_bytes(const std::vector<Shape>& inputs) const;

    template <typename Field>
    static void fields(Field&& field) {
        field("multiplier", &DepthwiseConv2d::multiplier, whole(1, kLargestMultiplier));
        list_window_fields<DepthwiseConv2d>(field);
        field("bias", &DepthwiseConv2d::bias);
    }

    static constexpr std::int64_t kLargestMultiplier = 255;
};

}  // namespace nanonas::space
