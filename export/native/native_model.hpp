// The generated C of a quantized network: whether there is one, and its price.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "export/int8/int8_network.hpp"
#include "space/cost.hpp"

namespace nanonas::exporting {

/// Throws NetworkError or ExportError naming the first layer that the generated C cannot run.
void require_native(const Int8Network& network);

/// What the C runs as one: what its profile tells the instructions of.
struct NativeLayer {
    std::string shown;  ///< "conv to pool"
    std::string layer;  ///< the one whose products it makes
};

/// In the order of the C's trace.
std::vector<NativeLayer> native_layers(const Int8Network& network);

/// What prices its graph as its C runs it, with a softmax where it has one; `rows`: pushed one by
/// one.
std::unique_ptr<space::CostModel> native_cost_model(const Int8Network& network,
                                                    const space::Device& device, bool rows);

}  // namespace nanonas::exporting
