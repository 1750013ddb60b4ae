// The emitted C, compiled here and held against the integer reference.
#pragma once

#include <cstdint>
#include <string>

#include "export/quantize/quantized_network.hpp"
#include "space/images.hpp"

namespace nanonas::app {

struct CCheck {
    std::string compiler;         ///< empty: none found, nothing was checked
    std::int64_t images = 0;      ///< compared
    std::int64_t mismatches = 0;  ///< images with any differing byte, shipped vectors included

    bool passed() const { return !compiler.empty() && images > 0 && mismatches == 0; }
};

/// Builds `source` with the main.c in the folder `program`, runs its own test vectors and then all
/// of `images`. The header lies beside the source or in ../include.
/// It works in a new folder in `scratch_in`; empty: in the system's temporary folder.
/// Throws ExportError when the C does not compile or its program fails.
CCheck check_c_source(const std::string& program, const std::string& source,
                      const exporting::QuantizedNetwork& network, const space::ImageView& images,
                      const std::string& scratch_in = "");

}  // namespace nanonas::app
