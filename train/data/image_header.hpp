// How large an image is, by its header: stb_image calls what passes its limits an unknown type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "train/data/image_integrity.hpp"

namespace nanonas::train {

struct ImageSize {
    std::int64_t height = 0, width = 0;
};

/// Of a JPEG, PNG, BMP, GIF, TGA or PSD; nothing when `size` bytes do not tell it.
std::optional<ImageSize> header_size(ImageKind kind, const std::uint8_t* bytes, std::size_t size);

}  // namespace nanonas::train
