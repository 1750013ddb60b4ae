// Image files to grey or RGB bytes: JPEG, PNG, BMP, GIF (first frame), TGA, PNM (P1 to P6) and PSD.
//
// 16-bit samples keep their high byte (PNM: are scaled by their largest value). Alpha is dropped,
// not blended (a camera has none). An image with a palette of greys is grey. A JPEG is turned
// upright as its EXIF orientation says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "space/shapes.hpp"

namespace nanonas::train {

constexpr std::int64_t kLargestImageSide = 16384;
constexpr std::int64_t kLargestImagePixels = 100'000'000;

/// One decoded picture.
struct Image {
    space::Shape shape;                ///< channels 1 (grey) or 3 (RGB), as the file has it
    std::vector<std::uint8_t> pixels;  ///< [height][width][channels]
    int orientation = 1;  ///< by which it was turned (image_orientation.hpp); 1: as it was stored
};

/// `name` is read for its ending only. Throws DataError with the bare reason: "truncated JPEG".
Image decode_image(const std::uint8_t* bytes, std::size_t size, const std::string& name);

/// Throws DataError "data/cat/7.jpg: not a decodable image (truncated JPEG)".
Image load_image(const std::string& path);

/// Shape from the header alone, upright; 0 x 0 x 0 when the file is no image. Never throws for bad
/// content.
space::Shape probe_image(const std::string& path);

/// Grey or RGB first (grey = (299 R + 587 G + 114 B + 500) / 1000), then resize_image.
/// `out` holds shape.elements() bytes.
void fit_image(const space::Shape& in_shape, const std::uint8_t* in, const space::Shape& shape,
               std::uint8_t* out);

}  // namespace nanonas::train
