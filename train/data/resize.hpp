// Resampling of uint8 images.
#pragma once

#include <cstdint>

#include "space/shapes.hpp"

namespace nanonas::train {

/// Brings `in` to out_shape's height and width (channels must agree), stretched
/// where the aspect ratios differ.
/// A separable triangle filter whose support grows with the reduction: bilinear when enlarging, a
/// weighted area average when shrinking (Pillow's antialiased BILINEAR is the same filter). Integer
/// arithmetic throughout: the same bytes on every machine. Pixel centres are at half integers,
/// edges are not extended: weights outside the image are dropped and the rest normalised.
void resize_image(const space::Shape& in_shape, const std::uint8_t* in,
                  const space::Shape& out_shape, std::uint8_t* out);

}  // namespace nanonas::train
