#include "space/op/conv2d.hpp"

#include "space/errors.hpp"

namespace nanonas::space {

Conv2d Conv2d::of(std::int64_t out_channels, const Window& window, bool bias) {
    Conv2d conv;
    conv.out_channels = out_channels;
    conv.bias = bias;
    set_window_fields(conv, window);
    return conv;
}

Shape Conv2d::output(const std::vector<Shape>& inputs) const {
    if (out_channels < 1) {
        throw NetworkError("needs at least one output channel");
    }
    return window().output(inputs[0], out_channels);
}

std::vector<ParameterSpec> Conv2d::parameters(const std::vector<Shape>& inputs) const {
    const Window sides = window();
    std::vector<ParameterSpec> specs{
        {".weight", {out_channels, inputs[0].channels, sides.height, sides.width}}};
    if (bias) {
        specs.push_back({".bias", {out_channels}});
    }
    return specs;
}

std::int64_t Conv2d::macc(const std::vector<Shape>& inputs) const {
    return output(inputs).elements() * inputs[0].channels * window().area();
}

std::int64_t Conv2d::weight_bytes(const std::vector<Shape>& inputs) const {
    return out_channels * (inputs[0].channels * window().area() + kBiasBytes);
}

}  // namespace nanonas::space
