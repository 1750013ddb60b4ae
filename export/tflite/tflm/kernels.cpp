#include "export/tflite/tflm/kernels.hpp"

namespace nanonas::exporting::tflm {

namespace {

using Bytes = std::int64_t;

constexpr Bytes kInt = 4;

constexpr Bytes rounded_up(Bytes count, Bytes step) {
    return (count + step - 1) / step * step;
}

/// The inputs of a node and its output, in this order: what most kernels look at in Prepare.
std::vector<std::size_t> all_tensors(const Node& node) {
    std::vector<std::size_t> tensors = node.inputs;
    tensors.push_back(node.output);
    return tensors;
}

void append(std::vector<std::size_t>& tensors, const std::vector<std::size_t>& more) {
    tensors.insert(tensors.end(), more.begin(), more.end());
}

/// arm_convolve_s8_get_buffer_size: two columns of int16, each a multiple of four taps; with
/// vectors four columns of int8, each a multiple of 16 taps. arm_convolve_1x1_s8_fast: nothing.
Bytes convolution_scratch(const Tensor& weights, Kernels kernels) {
    const Bytes taps = weights.elements() / weights.dims.front();
    if (kernels == Kernels::kReference || weights.dims[1] * weights.dims[2] == 1) {
        return 0;
    }
    return kernels == Kernels::kCmsisVector ? 4 * rounded_up(taps, 16)
                                            : 2 * 2 * rounded_up(taps, 4);
}

void add_convolution(const Graph& graph, const Node& node, Kernels kernels, KernelNeeds& needs) {
    // Output, input and weights in Prepare, CMSIS-NN's the bias too; all in CalculateOpDataConv.
    needs.temporaries = all_tensors(node);
    if (kernels == Kernels::kReference) {
        needs.temporaries = {node.output, node.inputs[0], node.inputs[1]};
    }
    append(needs.temporaries, all_tensors(node));
    const Tensor& weights = graph.input_of(node, 1);
    needs.tables.assign(2, kInt * weights.dims.front());  // multipliers and shifts
    const Bytes scratch = convolution_scratch(weights, kernels);
    if (scratch > 0) {
        needs.scratches = {scratch};
    }
}

void add_dense(const Graph& graph, const Node& node, Kernels kernels, KernelNeeds& needs) {
    needs.temporaries = all_tensors(node);
    const Tensor& weights = graph.input_of(node, 1);
    const Bytes table = kInt * weights.dims.front();
    if (weights.scales > 1) {
        needs.tables.assign(2, table);  // multipliers and shifts
    }
    if (kernels == Kernels::kCmsisVector) {
        needs.tables.push_back(table);  // sums of the weights
    }
}

void add_average_pool(const Graph& graph, const Node& node, Kernels kernels, KernelNeeds& needs) {
    needs.temporaries = all_tensors(node);
    if (kernels != Kernels::kReference) {
        append(needs.temporaries, all_tensors(node));  // once more
    }
    if (kernels == Kernels::kCmsisDsp) {
        // arm_avgpool_s8_get_buffer_size: a sum per channel.
        needs.scratches = {kInt * graph.output_of(node).dims.back()};
    }
}

void add_mean(const Graph& graph, const Node& node, KernelNeeds& needs) {
    // PrepareMeanOrSumHelper, then PrepareSimple inside it.
    needs.temporaries = all_tensors(node);
    append(needs.temporaries, all_tensors(node));
    needs.scratches = {kInt * graph.output_of(node).elements(),
                       kInt * graph.input_of(node, 1).elements(),
                       kInt * static_cast<Bytes>(graph.input_of(node, 0).dims.size())};
}

}  // namespace

KernelNeeds needs_of(const Graph& graph, const Node& node, Kernels kernels,
                     const Structs& structs) {
    const bool cmsis = kernels != Kernels::kReference;
    KernelNeeds needs;
    const auto params = [&](Bytes bytes, Bytes alignment = kInt) {
        needs.params = bytes;
        needs.params_alignment = alignment;
    };
    switch (node.kind) {
        case NodeKind::kConvolution:
            params(structs.conv_params);
            needs.data = cmsis ? structs.cmsis_conv_data : structs.conv_data;
            add_convolution(graph, node, kernels, needs);
            break;
        case NodeKind::kMaxPool:
            params(structs.pool_params);
            needs.data = cmsis ? structs.cmsis_pool_data : structs.pool_data;
            needs.temporaries = all_tensors(node);
            break;
        case NodeKind::kAveragePool:
            params(structs.pool_params);
            needs.data = cmsis ? structs.cmsis_pool_data : structs.pool_data;
            add_average_pool(graph, node, kernels, needs);
            break;
        case NodeKind::kDense:
            params(structs.dense_params, structs.dense_params_align);
            needs.data = cmsis ? structs.cmsis_dense_data : structs.dense_data;
            add_dense(graph, node, kernels, needs);
            break;
        case NodeKind::kMul:
            params(structs.mul_params);
            needs.data = structs.mul_data;
            needs.temporaries = all_tensors(node);
            break;
        case NodeKind::kAdd:
            params(structs.add_params);
            needs.data = structs.add_data;
            needs.temporaries = all_tensors(node);
            break;
        case NodeKind::kMean:
            params(structs.mean_params, 1);
            needs.data = structs.mean_data;
            add_mean(graph, node, needs);
            break;
        case NodeKind::kRelu:
            needs.data = structs.relu_data;
            needs.temporaries = all_tensors(node);
            break;
        case NodeKind::kSoftmax:
            params(structs.softmax_params);
            needs.data = cmsis ? structs.cmsis_softmax_data : structs.softmax_data;
            needs.temporaries = all_tensors(node);
            break;
        case NodeKind::kReshape:
            params(structs.reshape_params);
            needs.temporaries = {node.inputs.front(), node.output};
            break;
        case NodeKind::kQuantize:
            needs.data = structs.quantize_data;
            needs.temporaries = all_tensors(node);
            break;
        case NodeKind::kDequantize:
            needs.data = structs.dequantize_data;
            needs.temporaries = all_tensors(node);
            break;
    }
    return needs;
}

}  // namespace nanonas::exporting::tflm
