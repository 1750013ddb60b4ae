// C99 source of a quantized network: no dependency, no malloc, a static arena.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/quantize/quantized_network.hpp"
#include "space/images.hpp"

namespace nanonas::exporting {

struct CSourceOptions {
    std::string name = "model";  ///< C identifier, prefix of every symbol, macro and file
    std::int64_t vectors = 8;    ///< test vectors shipped, at most the images given
};

/// Writes into `folder` (created): <name>.h, <name>.c, main.c, vectors, Makefile. The test vectors
/// are the first `vectors` images with the oracle's scores. Files are written whole or not at all.
/// Throws ExportError (bad name, network it cannot write), IoError.
void write_c_source(const QuantizedNetwork& network, const space::ImageView& samples,
                    const std::string& folder, const CSourceOptions& options);

}  // namespace nanonas::exporting
