#include "export/onnx/op/linear.hpp"
#include "export/onnx/op/window.hpp"

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

/// [outputs, depth, height, width], or without height.
std::vector<std::int64_t> sides_of(const OnnxConstant& weights) {
    return {weights.dims.begin() + 2, weights.dims.end()};
}

}  // namespace

OnnxOp onnx_op(const space::Conv2d&) {
    return {write_int8, write_float};
}

void read_conv(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(2, 3);
    GraphReader::Flow flow = reader.image(node);
    const OnnxConstant weights = reader.constant(node, 1, "weights");
    const std::size_t rank = flow.dims.size() - 2;
    const std::int64_t channels = reader.shape(flow).channels;
    const std::int64_t groups = node.integer("group", 1);
    node.expect(
        weights.dims.size() == rank + 2 && weights.elements() > 0,
        "weights: shape " + dims_text(weights.dims) + " on a " + dims_text(flow.dims) + " map");
    node.expect(groups == 1 || groups == channels, std::to_string(groups) +
                                                       " groups, expected 1 or one for each of " +
                                                       std::to_string(channels) + " channels");
    const std::int64_t outputs = weights.dims[0];
    node.expect(weights.dims[1] == channels / groups && outputs % groups == 0,
                "weights: shape " + dims_text(weights.dims) + " for " + std::to_string(channels) +
                    " channels in " + std::to_string(groups) + " groups");
    OnnxLayer layer = read_linear(node, weights, static_cast<std::size_t>(outputs));
    read_bias(reader, node, 2, layer, static_cast<std::size_t>(outputs));
    space::Pad pad;
    const space::Window window =
        read_window(node, reader.shape(flow), rank, sides_of(weights)).placed(pad);
    push_pad(reader, node, flow, pad);
    // One channel alone: both are the same sums.
    const bool depthwise = groups > 1;
    space::Op op = space::Conv2d::of(outputs, window, true);
    if (depthwise) {
        op = space::DepthwiseConv2d::of(outputs / groups, window, true);
    }
    flow.value = reader.push(node, "conv", std::move(op), {flow.value}, std::move(layer));
    reader.set_dims(flow);
    reader.write(node, std::move(flow));
}

}  // namespace nanonas::exporting
