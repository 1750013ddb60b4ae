#pragma once

#include "export/int8/int8_network.hpp"

namespace nanonas::exporting {

/// A pad that a convolution without padding alone reads becomes its padding, where that is the same
/// rows and columns: both are the zero point.
void fold_pads(Int8Network& network);

}  // namespace nanonas::exporting
