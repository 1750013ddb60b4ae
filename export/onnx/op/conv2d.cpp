#include "export/onnx/op/linear.hpp"

namespace nanonas::exporting {

namespace {

std::string conv(OnnxGraph& graph, const space::Node& node, const std::string& name,
                 const std::vector<std::string>& inputs) {
    std::string result = graph.node("Conv", name, inputs);
    set_window(graph, space::window_of(node.op), node.input);
    return result;
}

OnnxLinear linear(const space::Node& node) {
    const space::Window window = space::window_of(node.op);
    return {
        conv, ".conv", {node.output.channels, node.input.channels, window.height, window.width}};
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
