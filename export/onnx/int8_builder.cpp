#include "export/onnx/int8_builder.hpp"

namespace nanonas::exporting {

OnnxInt8Builder::OnnxInt8Builder(OnnxGraph& graph, Io io, const QuantParams& input)
    : graph_(graph), io_(io) {
    parameters(kOnnxInput, input);
    if (io == Io::kFloat) {
        quantize(std::string(kOnnxInput) + ".quantize");
    }
    keep();
}

void OnnxInt8Builder::take(space::Value kept) {
    const Kept& from = kept_[kept];
    value = from.value;
    params_ = from.params;
    scale_ = from.scale;
    zero_ = from.zero;
    flat_ = from.flat;
}

void OnnxInt8Builder::keep() {
    kept_.push_back({value, params_, scale_, zero_, flat_});
}

void OnnxInt8Builder::parameters(const std::string& name, const QuantParams& params) {
    params_ = params;
    scale_ = graph_.constant(name + ".scale", {}, std::vector<float>{params.scale});
    if (io_ == Io::kUint8) {
        zero_ = graph_.constant(
            name + ".zero_point", {},
            std::vector<std::uint8_t>{static_cast<std::uint8_t>(params.zero_point + 128)});
    } else {
        zero_ =
            graph_.constant(name + ".zero_point", {},
                            std::vector<std::int8_t>{static_cast<std::int8_t>(params.zero_point)});
    }
}

void OnnxInt8Builder::dequantize() {
    std::string& real = real_[value];
    if (real.empty()) {
        real = graph_.node("DequantizeLinear", value + ".dequantize", {value, scale_, zero_});
    }
    value = real;
}

void OnnxInt8Builder::quantize(const std::string& name) {
    value = graph_.node("QuantizeLinear", name, {value, scale_, zero_});
}

void OnnxInt8Builder::flatten() {
    if (!flat_) {
        dequantize();
        value = flatten_node(graph_, value);
        quantize("flatten.quantize");
        flat_ = true;
    }
}

}  // namespace nanonas::exporting
