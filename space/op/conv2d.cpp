#include "space/op/conv2d.hpp"

#include "space/errors.hpp"

namespace nanonas::space {

Shape Conv2d::output(const std::vector<Shape>& inputs) const {
    if (out_channels < 1) {
        throw NetworkError("needs at least one output channel");
    }
    if (kernel < 1 || kernel % 2 == 0) {
        throw NetworkError("needs an odd kernel");
    }
    return {inputs[0].height, inputs[0].width, out_channels};
}

std::vector<ParameterSpec> Conv2d::parameters(const std::vector<Shape>& inputs) const {
    std::vector<ParameterSpec> specs{
        {".weight", {out_channels, inputs[0].channels, kernel, kernel}}};
    if (bias) {
        specs.push_back({".bias", {out_channels}});
    }
    return specs;
}

std::int64_t Conv2d::macc(const std::vector<Shape>& inputs) const {
    return output(inputs).elements() * inputs[0].channels * kernel * kernel;
}

}  // namespace nanonas::space
