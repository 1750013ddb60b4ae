// A quantized network seen as the streaming plan sees it: checked once, read by the renderer.
#pragma once

#include <vector>

#include "export/int8/int8_network.hpp"
#include "export/native/streaming_plan.hpp"

namespace nanonas::exporting {

/// Points into the Int8Network it was made from.
struct CModel {
    StreamingPlan plan;
    std::vector<Int8Layer> layers;  ///< one per node of the plan
    std::vector<Int8Layer> convs;   ///< those that are its stages
    Int8Layer dense;                ///< the last
};

/// Whether the C is that of a chain of stages (streaming_plan.hpp); else it is that of a graph
/// (graph/graph_plan.hpp).
bool runs_as_chain(const Int8Network& network);

/// Throws ExportError when the layers, their sizes or their numbers are not what the plan of
/// `network` and the generated kernels expect.
CModel read_c_model(const Int8Network& network);

}  // namespace nanonas::exporting
