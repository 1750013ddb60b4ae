#pragma once

#include "export/int8/int8_network.hpp"

namespace nanonas::exporting {

/// Takes out reshapes to the same sides, pads by nothing, and requantizations and ReLUs that change
/// no byte; the last operator stays.
void drop_no_ops(Int8Network& network);

}  // namespace nanonas::exporting
