// What a Conv and a Gemm have in common, and how layers end.
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
/// What the layer's activation leaves of its real result, quantized: the end of a layer.
void end_int8(OnnxInt8Builder& builder, const Int8Layer& layer);
void write_float_linear(OnnxFloatBuilder& builder, const FloatLinear& layer,
                        const space::Node& node, const OnnxLinear& linear);

/// The numbers of a layer that multiplies by the constants at input 1. Those are [outputs]... as
/// the file has them, or turned before they are taken (take_dense_weights).
OnnxLayer read_linear(const OnnxNode& node, const OnnxConstant& weights, std::size_t outputs);
/// Its bias: the constants at `position`, zeros where the file has none.
void read_bias(const GraphReader& reader, const OnnxNode& node, int position, OnnxLayer& layer,
               std::size_t outputs);

}  // namespace nanonas::exporting
