#include "export/onnx/op/linear.hpp"

namespace nanonas::exporting {

namespace {

std::string gemm(OnnxGraph& graph, const space::Node&, const std::string& name,
                 const std::vector<std::string>& inputs) {
    std::string result = graph.node("Gemm", name, inputs);
    graph.set("transB", 1);
    return result;
}

OnnxLinear linear(const space::Node& node) {
    return {gemm, ".gemm", {node.output.channels, node.input.channels}};
}

void write_int8(OnnxInt8Builder& builder, const Int8Layer& layer) {
    builder.flatten();
    write_int8_linear(builder, layer, linear(layer.node));
}

void write_float(OnnxFloatBuilder& builder, const FloatNetwork& network, const space::Node& node) {
    builder.flatten();
    write_float_linear(builder, linear_of(network, node), node, linear(node));
}

}  // namespace

OnnxOp onnx_op(const space::Dense&) {
    return {write_int8, write_float};
}

}  // namespace nanonas::exporting
