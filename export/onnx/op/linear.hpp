// What a Conv and a Gemm have in common.
#pragma once

#include "export/onnx/op/ops.hpp"

namespace nanonas::exporting {

/// How ONNX writes the layer.
struct OnnxLinear {
    /// Appends the node of {value, weights, bias}; its output's name.
    std::string (*node)(OnnxGraph& graph, const space::Node& node, const std::string& name,
                        const std::vector<std::string>& inputs);
    const char* suffix;       ///< of the int8 node's name
    OnnxGraph::Dims weights;  ///< [outputs, inputs, ...]
};

/// Attributes of the node added last.
void set_window(OnnxGraph& graph, const space::Window& window, const space::Shape& map);

void write_int8_linear(OnnxInt8Builder& builder, const Int8Layer& layer, const OnnxLinear& linear);
void write_float_linear(OnnxFloatBuilder& builder, const FloatLinear& layer,
                        const space::Node& node, const OnnxLinear& linear);

}  // namespace nanonas::exporting
