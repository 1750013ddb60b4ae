#include "export/onnx/int8_builder.hpp"
#include "export/onnx/onnx_networks.hpp"
#include "export/onnx/op/ops.hpp"

namespace nanonas::exporting {

using Dims = OnnxGraph::Dims;

void write_int8(const Int8Network& network, Io io, OnnxGraph& graph) {
    const space::Shape& in = network.network.input;
    const Dims image = {in.channels, in.height, in.width};
    const Dims logits = {network.network.output().elements()};
    const auto type = io == Io::kFloat   ? onnx::TensorProto::FLOAT
                      : io == Io::kUint8 ? onnx::TensorProto::UINT8
                                         : onnx::TensorProto::INT8;
    graph.input(kOnnxInput, type, image,
                io == Io::kFloat   ? "NCHW, (pixel - mean) * scale"
                : io == Io::kUint8 ? "NCHW, raw pixels 0..255"
                                   : "NCHW, pixel - 128");
    graph.output(kOnnxOutput, type, logits, "one score per label, the largest wins");
    OnnxInt8Builder builder(graph, io, network.input());
    for (std::size_t i = 0; i < network.constants.size(); ++i) {
        const Int8Layer layer = layer_of(network, i);
        builder.take(layer.node.inputs.front());
        onnx_op(layer.node).write_int8(builder, layer);
        builder.keep();
    }
    builder.flatten();
    if (io == Io::kFloat) {
        builder.dequantize();
    }
    graph.end();
}

}  // namespace nanonas::exporting
