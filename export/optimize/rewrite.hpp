// What rewrites do to an int8 network.
#pragma once

#include <cstddef>

#include "export/int8/int8_network.hpp"

namespace nanonas::exporting {

/// Takes the node out: who read what it wrote reads what it read.
void bypass(Int8Network& network, std::size_t index);

}  // namespace nanonas::exporting
