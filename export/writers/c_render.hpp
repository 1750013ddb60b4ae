// The files of the C export as text, nothing written.
#pragma once

#include <vector>

#include "export/writers/writer.hpp"

namespace nanonas::exporting {

/// Throws ExportError as CWriter::render() does.
std::vector<OutputFile> render_c_source(const QuantizedNetwork& network,
                                        const space::ImageView& samples,
                                        const WriteOptions& options);

}  // namespace nanonas::exporting
