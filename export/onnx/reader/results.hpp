// From the layers of a file to the networks that run.
#pragma once

#include "export/float_network.hpp"
#include "export/int8/int8_network.hpp"
#include "export/onnx/reader/graph_reader.hpp"

namespace nanonas::exporting {

/// Of a file without quantized maps. A softmax at the end is left out, as space/passes does.
/// Throws ExportError naming the operator for numbers that are not finite.
FloatNetwork float_of(OnnxLayers layers, const OnnxView& view, const space::Preprocess& pixels);

/// Of a file that quantizes every map: a pixel is one step of its input. Throws ExportError naming
/// the operator whose map or weights are not quantized, or whose sums could overflow.
Int8Network int8_of(OnnxLayers layers, const OnnxView& view);

}  // namespace nanonas::exporting
