#include "export/onnx/op/linear.hpp"

namespace nanonas::exporting {

namespace {

std::string conv(OnnxGraph& graph, const space::Node& node, const std::string& name,
                 const std::vector<std::string>& inputs) {
    const std::int64_t kernel = std::get<space::Conv2d>(node.op).kernel;
    std::string result = graph.node("Conv", name, inputs);
    graph.set("kernel_shape", OnnxGraph::Dims(2, kernel));
    graph.set("pads", OnnxGraph::Dims(4, kernel / 2));
    return result;
}

OnnxLinear linear(const space::Node& node) {
    const std::int64_t kernel = std::get<space::Conv2d>(node.op).kernel;
    return {conv, ".conv", {node.output.channels, node.input.channels, kernel, kernel}};
}

void write_int8(OnnxInt8Builder& builder, const Int8Layer& layer) {
    write_int8_linear(builder, layer, linear(layer.node));
}

void write_float(OnnxFloatBuilder& builder, const FloatNetwork& network, const space::Node& node) {
    write_float_linear(builder, linear_of(network, node), node, linear(node));
}

}  // namespace

OnnxOp onnx_op(const space::Conv2d&) {
    return {write_int8, write_float};
}

}  // namespace nanonas::exporting
