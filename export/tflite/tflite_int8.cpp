#include "export/tflite/tflite_int8.hpp"

#include "export/tflite/int8_builder.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

using tflite::BuiltinOperator;
using tflite::TensorType;

TfliteGraph tflite_int8_graph(const Int8Network& network, Io io) {
    TfliteGraph graph;
    const auto shifted = [](QuantParams params) {
        return QuantParams{params.scale, params.zero_point + 128};
    };
    TfliteTensor input =
        quantized_tensor("input", map_shape(network.network.input),
                         io == Io::kUint8 ? TensorType::UINT8 : TensorType::INT8,
                         io == Io::kUint8 ? shifted(network.input()) : network.input());
    if (io == Io::kFloat) {
        input.type = TensorType::FLOAT32;
        input.scales.clear();
    }
    graph.input = graph.add(input);
    TfliteInt8Builder builder(graph, graph.input, network.input());
    if (io != Io::kInt8) {
        builder.convert(
            BuiltinOperator::QUANTIZE, 1,
            quantized_tensor("input.int8", input.shape, TensorType::INT8, network.input()));
    }
    for (std::size_t i = 0; i < network.constants.size(); ++i) {
        const Int8Layer layer = layer_of(network, i);
        builder.begin(layer.node.inputs);
        tflite_op(layer.node).write_int8(builder, layer);
        builder.end();
    }
    if (io != Io::kInt8) {
        TfliteTensor scores = graph.tensors[static_cast<std::size_t>(builder.value())];
        scores.name = "scores";
        if (io == Io::kUint8) {
            scores = quantized_tensor(scores.name, scores.shape, TensorType::UINT8,
                                      shifted(builder.params()));
            builder.convert(BuiltinOperator::QUANTIZE, 1, scores);
        } else {
            scores.type = TensorType::FLOAT32;
            scores.scales.clear();
            builder.convert(BuiltinOperator::DEQUANTIZE, 2, scores);
        }
    }
    graph.output = builder.value();
    return graph;
}

}  // namespace nanonas::exporting
