// What the float and the int8 graph have in common: layers as ONNX nodes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/onnx/onnx_graph.hpp"

namespace nanonas::exporting {

struct OnnxLinear {
    bool dense;
    std::int64_t kernel, inputs, outputs;
};

/// [outputs, inputs] of a dense layer, else [outputs, inputs, kernel, kernel].
inline OnnxGraph::Dims weight_dims(const OnnxLinear& layer) {
    return layer.dense ? OnnxGraph::Dims{layer.outputs, layer.inputs}
                       : OnnxGraph::Dims{layer.outputs, layer.inputs, layer.kernel, layer.kernel};
}

/// Weights in that order: [out][k][k][in] -> [out][in][k][k].
template <typename Number>
std::vector<Number> channels_first(const OnnxLinear& layer, const std::vector<Number>& weights) {
    const std::int64_t area = layer.kernel * layer.kernel;
    std::vector<Number> result;
    result.reserve(weights.size());
    for (std::int64_t out = 0; out < layer.outputs; ++out) {
        for (std::int64_t i = 0; i < layer.inputs; ++i) {
            for (std::int64_t tap = 0; tap < area; ++tap) {
                result.push_back(
                    weights[static_cast<std::size_t>((out * area + tap) * layer.inputs + i)]);
            }
        }
    }
    return result;
}

/// A Gemm or Conv of {value, weights, bias}; returns its output's name, as the next two do.
inline std::string linear_node(OnnxGraph& graph, const OnnxLinear& layer, const std::string& name,
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

inline std::string max_pool_node(OnnxGraph& graph, const space::MaxPool2d& layer,
                                 const std::string& name, const std::string& value) {
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
