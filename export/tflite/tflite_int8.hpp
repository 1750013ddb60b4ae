// The int8 network as a TFLite graph: the oracle's integers, nothing computed anew.
#pragma once

#include "export/int8/int8_network.hpp"
#include "export/tflite/tflite_graph.hpp"
#include "export/writer.hpp"

namespace nanonas::exporting {

/// kUint8 and kFloat put a QUANTIZE before and a QUANTIZE or DEQUANTIZE behind the same integers.
/// Throws ExportError naming a layer TFLite has no int8 kernel for.
TfliteGraph tflite_int8_graph(const Int8Network& network, Io io);

}  // namespace nanonas::exporting
