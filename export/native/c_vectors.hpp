// Images with the scores the oracle gives them, as C headers.
#pragma once

#include <string>

#include "export/int8/int8_network.hpp"
#include "space/images.hpp"

namespace nanonas::exporting {

/// Template of <name>_vectors.h: the first `count` images.
std::string vectors_text(const Int8Network& network, const space::ImageView& samples,
                         std::int64_t count);

/// Template of <name>_sample.h: the first image, for an example on the device. `header`: the one
/// that defines the frame's size.
std::string sample_text(const Int8Network& network, const space::ImageView& samples,
                        const std::string& header = "@name@.h");

}  // namespace nanonas::exporting
