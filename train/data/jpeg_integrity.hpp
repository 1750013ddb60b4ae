// Is a JPEG whole? Part of image_integrity.hpp.
#pragma once

#include <string>

#include "train/data/byte_reader.hpp"

namespace nanonas::train {

/// Empty when every segment is there up to the end marker, every component has a scan, every scan
/// has the restart markers its size asks for, and four channels come with the marker that says what
/// they are; else the reason. What is missing between restart markers is not seen here.
std::string jpeg_damage(ByteReader file);

}  // namespace nanonas::train
