#include "export/tflite/int8_builder.hpp"

#include <utility>

#include "space/errors.hpp"

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

void refuse_imported(const Int8Layer& layer) {
    throw ExportError("layer '" + layer.node.name + "': a " + kind_name(layer) +
                      " of an imported file; the imported file is the TFLite model already");
}

}  // namespace nanonas::exporting
