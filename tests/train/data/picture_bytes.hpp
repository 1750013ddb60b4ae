// Image files built byte by byte, right or wrong in one place.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/train/data/support.hpp"

namespace nanonas::train::testing {

using Chunks = std::vector<std::pair<std::string, Bytes>>;

/// The signature and these chunks, each with its check sum.
Bytes png_file(const Chunks& chunks);

/// A zlib stream of `bytes`.
Bytes packed(const Bytes& bytes);

/// Indexes of `bits` bits, packed into `rows`, each with its filter byte in front.
Bytes indexed_png(int height, int width, int bits, const Bytes& palette, const Bytes& rows);

/// `palette`: blue, green, red (and nothing) each; rows as they lie in the file, padded to 4 bytes.
/// `old`: with the 12-byte header of OS/2.
Bytes indexed_bmp(int height, int width, int bits, const Bytes& palette, const Bytes& rows,
                  bool old = false);

/// 8 x 8 grey blocks side by side, each a single bit pair in a byte of its own. `scan` is put
/// behind the scan's header, an end marker behind that.
struct FlatJpeg {
    int components = 1;
    int width = 32;
    int restart_interval = 0;
    int adobe_transform = -1;  ///< -1: no such marker
    bool with_scan = true;
    Bytes scan;
};
Bytes flat_jpeg(const FlatJpeg& jpeg);

/// The JPEG with an EXIF segment behind its first marker that names this orientation.
Bytes with_orientation(const Bytes& jpeg, std::uint16_t orientation, bool little = false);

}  // namespace nanonas::train::testing
