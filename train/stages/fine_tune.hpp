// Training on from the weights there are.
#pragma once

#include <string>

#include "train/stages/stage.hpp"

namespace nanonas::train {

/// `epochs`: a whole number from 1 on. Of weights that do equally well on the validation images the
/// earlier stand, those it began with first: it never makes a network worse there.
Stage make_fine_tune(const std::string& epochs);

}  // namespace nanonas::train
