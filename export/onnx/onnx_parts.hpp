// What the float and the int8 graph have in common: the layers of a FoldedNetwork and of a
// QuantizedNetwork as nodes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/onnx/onnx_graph.hpp"

namespace nanonas::exporting {

/// [outputs, inputs] of a dense layer, else [outputs, inputs, kernel, kernel].
template <typename Linear>
OnnxGraph::Dims weight_dims(const Linear& layer) {
    const std::int64_t out = layer.output.channels;
    const std::int64_t in = layer.input.channels;
    return layer.dense ? OnnxGraph::Dims{out, in}
                       : OnnxGraph::Dims{out, in, layer.kernel, layer.kernel};
}

/// Weights in that order: [out][k][k][in] -> [out][in][k][k].
template <typename Linear>
decltype(Linear::weights) channels_first(const Linear& layer) {
    const std::int64_t area = layer.kernel * layer.kernel;
    const std::int64_t in = layer.input.channels;
    decltype(Linear::weights) weights;
    weights.reserve(layer.weights.size());
    for (std::int64_t out = 0; out < layer.output.channels; ++out) {
        for (std::int64_t i = 0; i < in; ++i) {
            for (std::int64_t tap = 0; tap < area; ++tap) {
                weights.push_back(
                    layer.weights[static_cast<std::size_t>((out * area + tap) * in + i)]);
            }
        }
    }
    return weights;
}

/// A Gemm or Conv of {value, weights, bias}; returns its output's name, as the next two do.
template <typename Linear>
std::string linear_node(OnnxGraph& graph, const Linear& layer, const std::string& name,
                        const std::vector<std::string>& inputs) {
    std::string result = graph.node(layer.dense ? "Gemm" : "Conv", name, inputs);
    if (layer.dense) {
        graph.set("transB", 1);
    } else {
        graph.set("kernel_shape", OnnxGraph::Dims(2, layer.kernel));
        graph.set("pads", OnnxGraph::Dims(4, layer.kernel / 2));
    }
    return result;
}

template <typename MaxPool>
std::string max_pool_node(OnnxGraph& graph, const MaxPool& layer, const std::string& name,
                          const std::string& value) {
    std::string result = graph.node("MaxPool", name, {value});
    graph.set("kernel_shape", OnnxGraph::Dims(2, layer.size));
    graph.set("strides", OnnxGraph::Dims(2, layer.size));
    return result;
}

/// A 1x1 map as a row, for the dense layers.
inline std::string flatten_node(OnnxGraph& graph, const std::string& value) {
    std::string result = graph.node("Flatten", "flatten", {value});
    graph.set("axis", 1);
    return result;
}

}  // namespace nanonas::exporting
