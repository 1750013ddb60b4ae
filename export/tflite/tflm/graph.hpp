// A .tflite file as AllocateTensors() sees it: its tensors and operators, nothing of their values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "export/tflite/tflm/operators.hpp"

namespace nanonas::exporting::tflm {

/// As far as the arena depends on it.
struct Tensor {
    std::vector<std::int64_t> dims;  ///< none: a scalar
    std::int64_t element_bytes = 1;
    std::int64_t scales = 1;  ///< 0: not quantized
    bool constant = false;    ///< its values are in the file

    std::int64_t elements() const;
    std::int64_t bytes() const { return elements() * element_bytes; }
};

/// An operator and the tensors it reads and writes.
struct Node {
    NodeKind kind = NodeKind::kConvolution;
    std::vector<std::size_t> inputs;  ///< of Graph::tensors, an omitted bias not among them
    std::size_t output = 0;
};

/// In the order of the file, on which the memory plan depends.
struct Graph {
    std::vector<Tensor> tensors;
    std::vector<Node> nodes;
    std::size_t input = 0, output = 0;

    const Tensor& input_of(const Node& node, std::size_t position) const {
        return tensors[node.inputs[position]];
    }
    const Tensor& output_of(const Node& node) const { return tensors[node.output]; }
};

/// The graph of the file that format tflite writes.
Graph graph_of(const std::vector<Operator>& operators);

}  // namespace nanonas::exporting::tflm
