#pragma once

#include "export/int8/int8_network.hpp"

namespace nanonas::exporting {

/// Takes out operators whose maps lead to no score.
void drop_dead_nodes(Int8Network& network);

}  // namespace nanonas::exporting
