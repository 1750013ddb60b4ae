#include "export/tflite/int8_builder.hpp"

#include <utility>

#include "export/tflite/op/relu6.hpp"
#include "space/errors.hpp"
#include "space/little_endian.hpp"

namespace nanonas::exporting {

TfliteTensor quantized_tensor(const std::string& name, std::vector<std::int32_t> shape,
                              tflite::TensorType type, const QuantParams& params) {
    TfliteTensor tensor;
    tensor.name = name;
    tensor.shape = std::move(shape);
    tensor.type = type;
    tensor.scales = {params.scale};
    tensor.zero_point = params.zero_point;
    return tensor;
}

void TfliteInt8Builder::add(TfliteOperator node, const std::vector<std::int32_t>& constants,
                            const std::string& name, std::vector<std::int32_t> shape,
                            const QuantParams& out) {
    node.inputs = {value_};
    node.inputs.insert(node.inputs.end(), constants.begin(), constants.end());
    params_ = out;
    finish(std::move(node),
           quantized_tensor(name, std::move(shape), tflite::TensorType::INT8, params_));
}

void TfliteInt8Builder::add(TfliteOperator node, const std::string& name,
                            std::vector<std::int32_t> shape) {
    node.inputs = {value_};
    TfliteTensor result =
        quantized_tensor(name, std::move(shape), tflite::TensorType::INT8, params_);
    result.quantized_as = value_;
    finish(std::move(node), std::move(result));
}

void TfliteInt8Builder::convert(tflite::BuiltinOperator kind, std::int32_t version,
                                TfliteTensor result) {
    TfliteOperator node;
    node.kind = kind;
    node.version = version;
    node.inputs = {value_};
    finish(std::move(node), std::move(result));
}

void TfliteInt8Builder::finish(TfliteOperator node, TfliteTensor result) {
    value_ = graph_.add(std::move(result));
    node.outputs = {value_};
    graph_.operators.push_back(std::move(node));
}

void TfliteInt8Builder::begin(const std::vector<space::Value>& inputs) {
    if (written_.empty()) {
        end();  // the network's input
    }
    value_ = written_[inputs.front()].tensor;
    params_ = written_[inputs.front()].params;
    second_ = written_[inputs.back()].tensor;
}

TfliteOperator clamped_operator(const Int8Layer& layer, tflite::BuiltinOperator kind,
                                std::int32_t version) {
    const Int8Constants& constants = layer.constants;
    TfliteOperator node;
    node.kind = kind;
    node.version = version;
    // From Z_out up for a ReLU.
    const bool clamped = constants.clamp_min > -128;
    node.relu6 = constants.clamp_max < 127;
    if ((clamped && constants.clamp_min != layer.out.zero_point) ||
        (node.relu6 && constants.clamp_max != relu6_ceiling(layer.out))) {
        throw ExportError("layer '" + layer.node.name + "': its clamp is no ReLU");
    }
    // At Z_out = -128 a ReLU and none are the same bytes.
    node.relu = clamped || node.relu6 ||
                (layer.out.zero_point == -128 &&
                 space::activation_of(layer.node.op) == space::Activation::kRelu);
    return node;
}

TfliteTensor int32_tensor(const std::string& name, std::vector<std::int32_t> shape,
                          const std::vector<std::int32_t>& values) {
    TfliteTensor tensor;
    tensor.name = name;
    tensor.shape = std::move(shape);
    tensor.type = tflite::TensorType::INT32;
    tensor.data = little_endian(values);
    return tensor;
}

TfliteTensor channel_tensor(const Int8Layer& layer, const std::string& suffix) {
    const std::vector<std::int8_t>& values = layer.constants.weights;
    TfliteTensor tensor =
        quantized_tensor(layer.node.name + suffix, {static_cast<std::int32_t>(values.size())},
                         tflite::TensorType::INT8, layer.constants.params);
    tensor.data.assign(values.begin(), values.end());
    return tensor;
}

}  // namespace nanonas::exporting
