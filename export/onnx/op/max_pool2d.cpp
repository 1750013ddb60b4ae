#include "export/onnx/op/linear.hpp"

namespace nanonas::exporting {

namespace {

std::string max_pool(OnnxGraph& graph, const space::Node& node, const std::string& name,
                     const std::string& value) {
    const auto& pool = std::get<space::MaxPool2d>(node.op);
    std::string result = graph.node("MaxPool", name, {value});
    if (pool.tiles()) {
        graph.set("kernel_shape", OnnxGraph::Dims(2, pool.size));
        graph.set("strides", OnnxGraph::Dims(2, pool.size));
    } else {
        set_window(graph, pool.window(), node.input);
    }
    return result;
}

void write_int8(OnnxInt8Builder& builder, const Int8Layer& layer) {
    builder.dequantize();
    builder.value = max_pool(builder.graph(), layer.node, layer.node.name + ".max", builder.value);
    builder.quantize(layer.node.name);
}

void write_float(OnnxFloatBuilder& builder, const FloatNetwork&, const space::Node& node) {
    builder.value = max_pool(builder.graph(), node, node.name, builder.value);
}

}  // namespace

OnnxOp onnx_op(const space::MaxPool2d&) {
    return {write_int8, write_float};
}

}  // namespace nanonas::exporting
