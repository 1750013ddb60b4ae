// The generated C of a quantized network: whether there is one, and its price.
#pragma once

#include <memory>

#include "export/int8/int8_network.hpp"
#include "space/cost.hpp"

namespace nanonas::exporting {

/// Throws NetworkError or ExportError naming the first layer that the generated C cannot run.
void require_native(const Int8Network& network);

/// What prices its graph as its C runs it, with a softmax where it has one; `rows`: pushed one by one.
std::unique_ptr<space::CostModel> native_cost_model(const Int8Network& network,
                                                    const space::Device& device, bool rows);

}  // namespace nanonas::exporting
