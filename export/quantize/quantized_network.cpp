#include "export/quantize/quantized_network.hpp"

namespace nanonas::exporting {

std::vector<float> dequantized(const std::vector<std::int8_t>& values, const QuantParams& params) {
    std::vector<float> real;
    for (const std::int8_t value : values) {
        real.push_back(params.scale * static_cast<float>(value - params.zero_point));
    }
    return real;
}

std::string kind_name(const QuantizedLayer& layer) {
    return std::visit(
        space::Overloaded{
            [](const QuantizedLinear& linear) -> std::string {
                return linear.dense ? "dense layer" : "convolution";
            },
            [](const QuantizedMaxPool&) -> std::string { return "max pool"; },
            [](const QuantizedAveragePool&) -> std::string { return "average pool"; },
            [](const QuantizedRequantize&) -> std::string { return "requantization"; },
            [](const QuantizedMul&) -> std::string { return "multiplication by constants"; },
            [](const QuantizedAdd&) -> std::string { return "addition of constants"; },
            [](const QuantizedMean&) -> std::string { return "requantizing mean"; },
            [](const QuantizedSoftmax&) -> std::string { return "softmax"; },
        },
        layer);
}

QuantParams output_params(const QuantizedLayer& layer, const QuantParams& arriving) {
    return std::visit(space::Overloaded{
                          [&](const QuantizedMaxPool&) { return arriving; },
                          [&](const QuantizedAveragePool&) { return arriving; },
                          [](const QuantizedLinear& kind) { return kind.out; },
                          [](const QuantizedRequantize& kind) { return kind.out; },
                          [](const QuantizedMul& kind) { return kind.out; },
                          [](const QuantizedAdd& kind) { return kind.out; },
                          [](const QuantizedMean& kind) { return kind.out; },
                          [](const QuantizedSoftmax& kind) { return kind.out; },
                      },
                      layer);
}

QuantizedNetwork rounded_twice(QuantizedNetwork network) {
    for (QuantizedLayer& layer : network.layers) {
        if (auto* linear = std::get_if<QuantizedLinear>(&layer)) {
            linear->one_rounding = false;
        }
    }
    return network;
}

}  // namespace nanonas::exporting
