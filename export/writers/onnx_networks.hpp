// The two networks as ONNX graphs, NCHW: int8 as quantize/dequantize pairs, and float.
#pragma once

#include "export/quantize/fold.hpp"
#include "export/quantize/quantized_network.hpp"
#include "export/writers/onnx_graph.hpp"
#include "export/writers/writer.hpp"

namespace nanonas::exporting {

constexpr const char* kOnnxInput = "image";
constexpr const char* kOnnxOutput = "logits";

/// Each operator between DequantizeLinear and QuantizeLinear. Activations are uint8 for Io::kUint8
/// (128 more than the int8 network's), else int8. Throws ExportError naming a layer of a kind that
/// only imported files hold.
void write_int8(const QuantizedNetwork& network, Io io, OnnxGraph& graph);

/// Reads pixels already normalized.
void write_float(const FoldedNetwork& network, OnnxGraph& graph);

/// Weights of a FoldedLinear or QuantizedLinear in ONNX's order: [out][k][k][in] ->
/// [out][in][k][k].
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

}  // namespace nanonas::exporting
