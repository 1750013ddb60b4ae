#pragma once

#include "export/int8/int8_network.hpp"

namespace nanonas::exporting {

/// Rows and columns of a convolution's window that only ever meet padding go: they add nothing for
/// any input. A 3x3 window on a 1x1 map is its centre.
void drop_dead_taps(Int8Network& network);

}  // namespace nanonas::exporting
