// Pictures that hold indexes into a palette: PNG of colour type 3 and BMP of 1, 4 or 8 bits, looked
// up here because stb_image takes an index outside the palette from memory it never wrote (and the
// palette of an OS/2 BMP four entries short); and whether a palette, a GIF's as well, is grey.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "train/data/image_decode.hpp"
#include "train/data/image_integrity.hpp"

namespace nanonas::train {

/// Nothing when the image is not of these kinds (BMP: or is packed). One channel when the palette
/// is grey. `bytes` passed image_damage and its size is within the limits. Throws DataError with
/// the bare reason: "corrupt PNG: palette index 5, but 4 entries".
std::optional<Image> decode_indexed(ImageKind kind, const std::uint8_t* bytes, std::size_t size);

enum class Colours { kGrey, kColoured, kUnknown };

/// Of the palette of a PNG, BMP or GIF from the first `size` bytes of its file; kColoured when it
/// has none, kUnknown when the bytes end before that is clear.
Colours palette_colours(ImageKind kind, const std::uint8_t* bytes, std::size_t size);

}  // namespace nanonas::train
