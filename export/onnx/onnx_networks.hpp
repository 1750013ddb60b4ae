// The two networks as ONNX graphs, NCHW: int8 as quantize/dequantize pairs, and float.
#pragma once

#include "export/float_network.hpp"
#include "export/int8/int8_network.hpp"
#include "export/onnx/onnx_graph.hpp"
#include "export/onnx/onnx_parts.hpp"
#include "export/writer.hpp"

namespace nanonas::exporting {

/// Each operator between DequantizeLinear and QuantizeLinear. Activations are uint8 for Io::kUint8
/// (128 more than the int8 network's), else int8. Throws ExportError naming a layer of a kind that
/// only imported files hold.
void write_int8(const Int8Network& network, Io io, OnnxGraph& graph);

/// Reads pixels already normalized.
void write_float(const FloatNetwork& network, OnnxGraph& graph);

}  // namespace nanonas::exporting
