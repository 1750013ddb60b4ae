// The files of the C export as text, nothing written.
#pragma once

#include <string>
#include <vector>

#include "export/writers/c_source.hpp"

namespace nanonas::exporting {

struct CFile {
    std::string name;
    std::string text;
};

/// Throws ExportError as write_c_source() does.
std::vector<CFile> render_c_source(const QuantizedNetwork& network, const space::ImageView& samples,
                                   const CSourceOptions& options);

}  // namespace nanonas::exporting
