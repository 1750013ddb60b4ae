#include "export/tflite/op/ops.hpp"

#include <stdexcept>

#include "export/float_network.hpp"
#include "export/tflite/int8_builder.hpp"
#include "export/tflite/reader/view.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

using tflite::BuiltinOperator;
using tflm::NodeKind;

[[noreturn]] void refuse(const space::Node& node, const std::string& why) {
    throw NetworkError("layer '" + node.name + "': " + why);
}

}  // namespace

TfliteOp tflite_op(const space::Node& node) {
    return std::visit([](const auto& op) { return tflite_op(op); }, node.op);
}

namespace {

void write_no_float(TfliteFloatBuilder&, const FloatNetwork&, const space::Node& node) {
    throw ExportError("format tflite: layer '" + node.name + "': a " + space::op_name(node.op) +
                      " is written in int8 only");
}

}  // namespace

TfliteOp tflite_unwritten(void (*price)(std::vector<tflm::Operator>&, const space::Node&)) {
    return {[](TfliteInt8Builder&, const Int8Layer& layer) {
                throw std::logic_error("an int8 network holds a " + space::op_name(layer.node.op));
            },
            write_no_float, price};
}

TfliteOp tflite_imported(void (*write_int8)(TfliteInt8Builder&, const Int8Layer&)) {
    return {write_int8, write_no_float, no_imported};
}

TfliteOp tflite_unpriced(void (*write_int8)(TfliteInt8Builder&, const Int8Layer&),
                         void (*write_float)(TfliteFloatBuilder&, const FloatNetwork&,
                                             const space::Node&)) {
    return {write_int8, write_float, no_imported};
}

void no_lone_batch_norm(std::vector<tflm::Operator>&, const space::Node& node) {
    refuse(node, "a batch norm can only be folded into a convolution before it");
}

void no_lone_relu(std::vector<tflm::Operator>&, const space::Node& node) {
    refuse(node, "a ReLU can only be fused into a convolution or dense layer");
}

void no_dropout(std::vector<tflm::Operator>&, const space::Node& node) {
    refuse(node, "a dropout acts in training only");
}

void no_softmax(std::vector<tflm::Operator>&, const space::Node& node) {
    refuse(node, "a softmax must be the last layer");
}

void no_imported(std::vector<tflm::Operator>&, const space::Node& node) {
    refuse(node, "a " + space::op_name(node.op) + " is not written");
}

FileOp file_op(const OperatorView& op) {
    switch (op.code()) {
        case BuiltinOperator::CONV_2D:
            return {read_conv_2d, NodeKind::kConvolution};
        case BuiltinOperator::DEPTHWISE_CONV_2D:
            return {read_depthwise_conv_2d, NodeKind::kDepthwise};
        case BuiltinOperator::FULLY_CONNECTED:
            return {read_fully_connected, NodeKind::kDense};
        case BuiltinOperator::MAX_POOL_2D:
            return {read_max_pool_2d, NodeKind::kMaxPool};
        case BuiltinOperator::AVERAGE_POOL_2D:
            return {read_average_pool_2d, NodeKind::kAveragePool};
        case BuiltinOperator::MEAN:
            return {read_mean, NodeKind::kMean};
        case BuiltinOperator::MUL:
            return {read_mul, NodeKind::kMul};
        case BuiltinOperator::ADD:
            return {read_add, NodeKind::kAdd};
        case BuiltinOperator::PAD:
            return {read_pad, NodeKind::kPad};
        case BuiltinOperator::RELU:
            return {read_relu, NodeKind::kRelu};
        case BuiltinOperator::RELU6:
            return {read_relu, std::nullopt};
        case BuiltinOperator::RESHAPE:
            return {read_reshape, NodeKind::kReshape};
        case BuiltinOperator::SQUEEZE:
        case BuiltinOperator::EXPAND_DIMS:
            return {read_reshape, std::nullopt};
        case BuiltinOperator::SHAPE:
        case BuiltinOperator::STRIDED_SLICE:
        case BuiltinOperator::PACK:
            return {read_shape_values, std::nullopt};
        case BuiltinOperator::SOFTMAX:
            return {read_softmax, NodeKind::kSoftmax};
        case BuiltinOperator::QUANTIZE:
            return {read_quantize, NodeKind::kQuantize};
        case BuiltinOperator::DEQUANTIZE:
            return {read_dequantize, NodeKind::kDequantize};
        case BuiltinOperator::PLACEHOLDER_FOR_GREATER_OP_CODES:
            break;
    }
    op.fail("this operator is not read (docs/importing.md lists those that are)");
}

}  // namespace nanonas::exporting
