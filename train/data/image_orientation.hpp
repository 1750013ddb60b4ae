// How a picture is to be turned to stand upright: the orientation that cameras write (EXIF 2.32,
// tag 0x0112).
#pragma once

#include <cstddef>
#include <cstdint>

#include "train/data/image_decode.hpp"

namespace nanonas::train {

/// So many bytes of a file tell it; what stands behind is not looked at.
constexpr std::size_t kOrientationBytes = 65536;

/// Of a JPEG: 1 (as it is stored) to 8; 1 where the file does not say, or says nothing that can be
/// read.
int jpeg_orientation(const std::uint8_t* bytes, std::size_t size);

/// Whether height and width change places: 5 to 8.
bool lies_on_its_side(int orientation);

/// The picture as it is to be seen; `orientation` in [1, 8].
void turn_upright(Image& image, int orientation);

}  // namespace nanonas::train
