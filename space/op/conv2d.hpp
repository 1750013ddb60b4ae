#pragma once

#include "space/op/activation.hpp"
#include "space/op/fields.hpp"
#include "space/op/parameter.hpp"
#include "space/shapes.hpp"

namespace nanonas::space {

/// Square convolution, stride 1, zero padding that keeps height and width; no bias of its own
/// when a BatchNorm follows. Weight `.weight` is [out][in][kernel][kernel], `.bias` [out].
struct Conv2d {
    static constexpr const char* kName = "Conv2d";
    static constexpr std::size_t kInputs = 1;

    std::int64_t out_channels = 1;
    std::int64_t kernel = 3;
    bool bias = false;
    Activation activation = Activation::kNone;  ///< set by passes

    /// Throws NetworkError for an even kernel or no channels.
    Shape output(const std::vector<Shape>& inputs) const;
    std::vector<ParameterSpec> parameters(const std::vector<Shape>& inputs) const;
    /// Taps on the border count, as the published searches count them.
    std::int64_t macc(const std::vector<Shape>& inputs) const;

    template <typename Field>
    static void fields(Field&& field) {
        field("out_channels", &Conv2d::out_channels, whole(1, kLargestSide));
        field("kernel", &Conv2d::kernel, whole(1, kLargestKernel));
        field("bias", &Conv2d::bias);
    }
};

}  // namespace nanonas::space
