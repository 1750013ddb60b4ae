#include "export/onnx/float_builder.hpp"
#include "export/onnx/onnx_networks.hpp"
#include "export/onnx/op/ops.hpp"

namespace nanonas::exporting {

void write_float(const FloatNetwork& network, OnnxGraph& graph) {
    const space::Shape& in = network.network.input;
    graph.input(kOnnxInput, onnx::TensorProto::FLOAT, {in.channels, in.height, in.width},
                "NCHW, (pixel - mean) * scale");
    graph.output(kOnnxOutput, onnx::TensorProto::FLOAT, {network.network.classes()},
                 "one score per label, the largest wins");
    OnnxFloatBuilder builder(graph);
    for (const space::Node& node : network.network.nodes) {
        builder.take(node.inputs.front());
        onnx_op(node).write_float(builder, network, node);
        builder.keep();
    }
    builder.flatten();
    graph.end();
}

}  // namespace nanonas::exporting
