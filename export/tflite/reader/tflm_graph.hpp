// A TFLite file as TensorFlow Lite Micro's allocator sees it.
#pragma once

#include "export/tflite/reader/view.hpp"
#include "export/tflite/tflm/graph.hpp"

namespace nanonas::exporting {

/// Every tensor and operator of a file that LayerReader reads, in the file's order. Throws
/// ExportError for what the arena's replay does not know.
exporting::tflm::Graph tflm_graph(const TfliteView& file);

}  // namespace nanonas::exporting
