// A quantized network seen as the streaming plan sees it: checked once, read by the renderer.
#pragma once

#include <optional>
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

/// The first layer that the generated C has no kernel for; valid as long as the network.
std::optional<Int8Layer> without_c_kernel(const Int8Network& network);

/// Throws ExportError when the layers, their sizes or their numbers are not what the plan of
/// `network` and the generated kernels expect.
CModel read_c_model(const Int8Network& network);

}  // namespace nanonas::exporting
