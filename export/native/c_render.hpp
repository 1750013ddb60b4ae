// The C of a network as text, nothing written.
#pragma once

#include <map>
#include <string>

#include "export/writer.hpp"

namespace nanonas::exporting {

/// Templates, and the words that fill them and the files around them.
struct CSource {
    std::string header;   ///< <name>.h
    std::string source;   ///< <name>.c
    std::string vectors;  ///< <name>_vectors.h
    std::string sample;   ///< <name>_sample.h
    std::map<std::string, std::string> words;
};

/// Throws ExportError for a network the kernels cannot hold and without a sample to take vectors
/// from.
CSource render_c_source(const Int8Network& network, const space::ImageView& samples,
                        const WriteOptions& options);

}  // namespace nanonas::exporting
