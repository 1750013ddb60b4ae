// PBM, PGM and PPM, as text (P1, P2, P3) and binary (P4, P5, P6), read here because stb_image reads
// two of them, takes 16-bit samples in the machine's byte order and does not scale by the largest
// value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "space/shapes.hpp"

namespace nanonas::train {

struct PnmHeader {
    space::Shape shape;        ///< channels 1 or 3
    std::int64_t largest = 0;  ///< the value of white, 1..65535; above 255 binary samples are pairs
    std::size_t offset = 0;    ///< of the first sample
    bool text = false;         ///< samples are decimal numbers
    bool bitmap = false;       ///< samples are bits and 1 is black
};

/// "P1" to "P6", white space or a comment behind it.
bool is_pnm(const std::uint8_t* bytes, std::size_t size);

/// `bytes` are is_pnm. Throws DataError with the bare reason: "truncated PNM".
PnmHeader read_pnm_header(const std::uint8_t* bytes, std::size_t size);

/// Samples scaled to 0..255, rounded. Throws DataError as above when samples are missing.
std::vector<std::uint8_t> read_pnm_pixels(const PnmHeader& header, const std::uint8_t* bytes,
                                          std::size_t size);

}  // namespace nanonas::train
