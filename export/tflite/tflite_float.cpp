#include "export/tflite/tflite_float.hpp"

#include "export/tflite/float_builder.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

TfliteGraph tflite_float_graph(const FloatNetwork& network, Precision precision) {
    TfliteGraph graph;
    graph.input = graph.add(float_tensor("input", map_shape(network.network.input)));
    TfliteFloatBuilder builder(graph, precision, graph.input);
    for (const space::Node& node : network.network.nodes) {
        builder.begin(node.inputs);
        tflite_op(node).write_float(builder, network, node);
        builder.end();
    }
    graph.output = builder.value();
    return graph;
}

}  // namespace nanonas::exporting
