// A picture inside the page.
#pragma once

#include <cstdint>
#include <string>

#include "space/shapes.hpp"

namespace nanonas::pipeline::html {

/// A data: address of the PNG of [height][width][channels] bytes, 1 or 3 channels; the same pixels
/// give the same text.
std::string picture_address(const space::Shape& shape, const std::uint8_t* pixels);

}  // namespace nanonas::pipeline::html
