// Raw pixels of a batch to the floats a network reads. Torch-free.
#pragma once

#include <vector>

#include "train/engine/engine.hpp"

namespace nanonas::train {

/// [size][channels][height][width]: gathered, augmented (uint8 arithmetic), then pre-processed.
std::vector<float> planar_input(const space::ImageView& images, const std::int64_t* indices,
                                std::int64_t size, const AugmentDraw* augment,
                                const space::Preprocess& preprocess);

}  // namespace nanonas::train
