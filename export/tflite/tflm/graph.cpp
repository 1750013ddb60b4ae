#include "export/tflite/tflm/graph.hpp"

namespace nanonas::exporting::tflm {

namespace {

using Dims = std::vector<std::int64_t>;

Dims dims_of(const space::Shape& shape) {
    return {1, shape.height, shape.width, shape.channels};
}

}  // namespace

std::int64_t Tensor::elements() const {
    std::int64_t elements = 1;
    for (const std::int64_t dim : dims) {
        elements *= dim;
    }
    return elements;
}

Graph graph_of(const std::vector<Operator>& operators) {
    Graph graph;
    const auto add = [&](Tensor tensor) {
        graph.tensors.push_back(std::move(tensor));
        return graph.tensors.size() - 1;
    };
    std::size_t value = add({dims_of(operators.front().input)});
    graph.input = value;
    for (const Operator& op : operators) {
        Node node{op.kind, {value}, 0};
        const bool dense = op.kind == NodeKind::kDense;
        if (!op.weights.empty()) {
            const std::int64_t outputs = op.output.channels;
            const std::int64_t scales = dense ? 1 : outputs;
            node.inputs.push_back(add({op.weights, 1, scales, true}));
            node.inputs.push_back(add({{outputs}, 4, scales, true}));
        }
        value = add({dense ? Dims{1, op.output.channels} : dims_of(op.output)});
        node.output = value;
        graph.nodes.push_back(node);
    }
    graph.output = value;
    return graph;
}

}  // namespace nanonas::exporting::tflm
