// The folded float network as a TFLite graph: float32, float16 weights, or int8 weights.
#pragma once

#include "export/float_network.hpp"
#include "export/tflite/tflite_graph.hpp"
#include "export/writer.hpp"

namespace nanonas::exporting {

/// kFloat32; kFloat16: weights and biases in half precision, each behind a DEQUANTIZE;
/// kDynamic: int8 weights (per output channel; one scale in a dense layer), float biases and
/// activations, for TFLite's hybrid kernels.
/// Throws ExportError naming a layer that does not fit (a weight beyond float16).
TfliteGraph tflite_float_graph(const FloatNetwork& network, Precision precision);

/// The nearest half-precision number, halves to even; infinite beyond 65504.
std::uint16_t half_bits(float value);

}  // namespace nanonas::exporting
