// Is an image file whole? stb_image fills what a cut file lacks with zeros or leftovers and calls
// it a success, so completeness is checked before it sees the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace nanonas::train {

enum class ImageKind { kUnknown, kJpeg, kPng, kBmp, kGif, kPsd, kPnm, kTga };

/// By the first bytes; `name` matters only for TGA, which has no magic number.
ImageKind image_kind(const std::uint8_t* bytes, std::size_t size, const std::string& name);

/// "JPEG".
const char* to_string(ImageKind kind);

/// Empty when the file is whole, else the reason: "truncated JPEG", "corrupt PNG: bad checksum in
/// chunk IDAT". JPEG: see jpeg_integrity.hpp; PNG: every chunk and its CRC up to IEND;
/// GIF: the first frame; BMP, TGA: as many bytes as the header needs. PSD is not checked, PNM
/// (pnm.hpp) checks itself.
std::string image_damage(ImageKind kind, const std::uint8_t* bytes, std::size_t size);

}  // namespace nanonas::train
