// Binary PGM and PPM (P5, P6), read here because stb_image takes their 16-bit samples in the
// machine's byte order and does not scale by the largest value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "space/shapes.hpp"

namespace nanonas::train {

struct PnmHeader {
    space::Shape shape;  ///< channels 1 or 3
    std::int64_t largest =
        0;  ///< the value of white, 1..65535; above 255 samples are big-endian pairs
    std::size_t offset = 0;  ///< of the first sample
};

/// `bytes` starts with P5 or P6. Throws DataError with the bare reason: "truncated PNM".
PnmHeader read_pnm_header(const std::uint8_t* bytes, std::size_t size);

/// Samples scaled to 0..255, rounded. Throws DataError as above when samples are missing.
std::vector<std::uint8_t> read_pnm_pixels(const PnmHeader& header, const std::uint8_t* bytes,
                                          std::size_t size);

}  // namespace nanonas::train
