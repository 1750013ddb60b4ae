#include "export/onnx/op/linear.hpp"
#include "export/onnx/op/window.hpp"

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

void read_max_pool(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(1, 1);
    GraphReader::Flow flow = reader.image(node, true);
    space::Pad pad;
    const space::Window window =
        read_window(node, reader.shape(flow), flow.dims.size() - 2, {}).placed(pad);
    node.expect(pad.top + pad.bottom + pad.left + pad.right == 0 || reader.never_negative(flow),
                "pads " + std::to_string(pad.top) + ", " + std::to_string(pad.left) + ", " +
                    std::to_string(pad.bottom) + ", " + std::to_string(pad.right) +
                    " around a map that may be below zero, expected a ReLU before it or padding "
                    "as SAME_UPPER has it");
    const bool stored = flow.stored;
    push_pad(reader, node, flow, pad);
    flow.value = reader.push(node, "pool", space::MaxPool2d::of(window), {flow.value});
    reader.set_dims(flow);
    flow.stored = stored;
    reader.write(node, std::move(flow));
}

}  // namespace nanonas::exporting
