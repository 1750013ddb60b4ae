#include "export/tflite/tflm/kernels.hpp"

#include <stdexcept>

#include "export/tflite/op/ops.hpp"

namespace nanonas::exporting::tflm {

std::vector<std::size_t> NeedsQuery::tensors() const {
    std::vector<std::size_t> all = node.inputs;
    all.push_back(node.output);
    return all;
}

void append(std::vector<std::size_t>& tensors, const std::vector<std::size_t>& more) {
    tensors.insert(tensors.end(), more.begin(), more.end());
}

KernelNeeds needs_of(const Graph& graph, const Node& node, Kernels kernels,
                     const Structs& structs) {
    const NeedsQuery query{graph, node, kernels, structs};
    switch (node.kind) {
        case NodeKind::kConvolution:
            return conv_2d_needs(query);
        case NodeKind::kDepthwise:
            return depthwise_conv_2d_needs(query);
        case NodeKind::kMaxPool:
            return max_pool_2d_needs(query);
        case NodeKind::kAveragePool:
            return average_pool_2d_needs(query);
        case NodeKind::kDense:
            return fully_connected_needs(query);
        case NodeKind::kMul:
            return mul_needs(query);
        case NodeKind::kAdd:
            return add_needs(query);
        case NodeKind::kMean:
            return mean_needs(query);
        case NodeKind::kPad:
            return pad_needs(query);
        case NodeKind::kRelu:
            return relu_needs(query);
        case NodeKind::kSoftmax:
            return softmax_needs(query);
        case NodeKind::kReshape:
            return reshape_needs(query);
        case NodeKind::kQuantize:
            return quantize_needs(query);
        case NodeKind::kDequantize:
            return dequantize_needs(query);
    }
    throw std::logic_error("an operator without needs");
}

}  // namespace nanonas::exporting::tflm
