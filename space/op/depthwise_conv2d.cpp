#include "space/op/depthwise_conv2d.hpp"

#include "space/errors.hpp"

namespace nanonas::space {

DepthwiseConv2d DepthwiseConv2d::of(std::int64_t multiplier, const Window& window, bool bias) {
    DepthwiseConv2d conv;
    conv.multiplier = multiplier;
    conv.bias = bias;
    set_window_fields(conv, window);
    return conv;
}

Shape DepthwiseConv2d::output(const std::vector<Shape>& inputs) const {
    const std::int64_t channels = inputs[0].channels;
    if (multiplier < 1 || multiplier > kLargestMultiplier || channels * multiplier > kLargestSide) {
        throw NetworkError("a multiplier of " + std::to_string(multiplier) + " on " +
                           std::to_string(channels) + " channels; expected 1 to " +
                           std::to_string(kLargestMultiplier) + ", and at most " +
                           std::to_string(kLargestSide) + " outputs");
    }
    return window().output(inputs[0], channels * multiplier);
}

std::vector<ParameterSpec> DepthwiseConv2d::parameters(const std::vector<Shape>& inputs) const {
    const Window sides = window();
    const std::int64_t outputs = inputs[0].channels * multiplier;
    std::vector<ParameterSpec> specs{{".weight", {outputs, 1, sides.height, sides.width}}};
    if (bias) {
        specs.push_back({".bias", {outputs}});
    }
    return specs;
}

std::int64_t DepthwiseConv2d::macc(const std::vector<Shape>& inputs) const {
    return output(inputs).elements() * window().area();
}

std::int64_t DepthwiseConv2d::weight_bytes(const std::vector<Shape>& inputs) const {
    return inputs[0].channels * multiplier * (window().area() + kBiasBytes);
}

}  // namespace nanonas::space
