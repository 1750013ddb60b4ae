// A quantized network seen as the streaming plan sees it: checked once, read by the renderer.
#pragma once

#include <vector>

#include "export/native/streaming_plan.hpp"
#include "export/quantize/quantized_network.hpp"

namespace nanonas::exporting {

/// Points into the QuantizedNetwork it was made from.
struct CModel {
    StreamingPlan plan;
    std::vector<const QuantizedLinear*> convs;  ///< one per stage of the plan
    const QuantizedLinear* dense = nullptr;
};

/// Throws ExportError when the layers, their sizes or their numbers are not what the plan of
/// `network.source` and the generated kernels expect.
CModel read_c_model(const QuantizedNetwork& network);

}  // namespace nanonas::exporting
