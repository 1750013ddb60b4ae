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

/// Builds the emitted program as shipped, runs its own test vectors and then all of `images`.
/// Throws ExportError when the C does not compile or its program fails.
CCheck check_c_source(const std::string& folder, const std::string& name,
                      const exporting::QuantizedNetwork& network, const space::ImageView& images);

}  // namespace nanonas::app
