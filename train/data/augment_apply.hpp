// Augmentation's pixel arithmetic: the reference every engine agrees with.
#pragma once

#include <cstdint>

#include "space/shapes.hpp"
#include "train/data/augment.hpp"

namespace nanonas::train {

/// Writes `draw` (augment.hpp has the formula) applied to `in` to `out`, both
/// [height][width][channels]; they must not overlap.
void apply_augment(const space::Shape& shape, const std::uint8_t* in, const AugmentDraw& draw,
                   std::uint8_t* out);

}  // namespace nanonas::train
