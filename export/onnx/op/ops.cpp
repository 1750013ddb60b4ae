#include "export/onnx/op/ops.hpp"

#include <map>

#include "space/errors.hpp"

namespace nanonas::exporting {

OnnxOp onnx_op(const space::Node& node) {
    return std::visit([](const auto& op) { return onnx_op(op); }, node.op);
}

OnnxOp onnx_unwritten() {
    return {[](OnnxInt8Builder&, const Int8Layer& layer) { refuse_unwritten(layer); },
            [](OnnxFloatBuilder&, const FloatNetwork&, const space::Node& node) {
                throw ExportError("format onnx: layer '" + node.name + "': a " +
                                  space::op_name(node.op) + " is not written");
            }};
}

void refuse_unwritten(const Int8Layer& layer) {
    throw ExportError("format onnx: layer '" + layer.node.name + "': a " + kind_name(layer) +
                      " is not written; expected convolutions, dense layers, sums of maps, max "
                      "pools and an average pool");
}

void read_operator(GraphReader& reader, const OnnxNode& node) {
    static const std::map<std::string, void (*)(GraphReader&, const OnnxNode&)> known = {
        {"Conv", read_conv},
        {"Gemm", read_gemm},
        {"MatMul", read_mat_mul},
        {"BatchNormalization", read_batch_norm},
        {"Relu", read_relu},
        {"Clip", read_clip},
        {"Add", read_arithmetic},
        {"Sub", read_arithmetic},
        {"Mul", read_arithmetic},
        {"Div", read_arithmetic},
        {"Pad", read_pad},
        {"MaxPool", read_max_pool},
        {"AveragePool", read_average_pool},
        {"GlobalAveragePool", read_global_average_pool},
        {"ReduceMean", read_reduce_mean},
        {"Flatten", read_reshape},
        {"Reshape", read_reshape},
        {"Squeeze", read_reshape},
        {"Unsqueeze", read_reshape},
        {"Transpose", read_transpose},
        {"Softmax", read_softmax},
        {"Identity", read_identity},
        {"Dropout", read_identity},
        {"Cast", read_identity},
        {"Constant", read_constant},
        {"QuantizeLinear", read_quantize},
        {"DequantizeLinear", read_dequantize},
        {"Shape", read_shape},
        {"Gather", read_gather},
        {"Slice", read_slice},
        {"Concat", read_concat},
        {"ConstantOfShape", read_constant_of_shape},
    };
    const auto found = known.find(node.kind());
    node.expect(found != known.end(),
                "this operator is not read (docs/importing.md lists those that are)");
    found->second(reader, node);
}

}  // namespace nanonas::exporting
