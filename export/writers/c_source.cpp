#include "export/writers/c_source.hpp"

#include "export/writers/c_render.hpp"
#include "space/files.hpp"

namespace nanonas::exporting {

void write_c_source(const QuantizedNetwork& network, const space::ImageView& samples,
                    const std::string& folder, const CSourceOptions& options) {
    for (const CFile& file : render_c_source(network, samples, options)) {
        write_file(folder + "/" + file.name, file.text);
    }
}

}  // namespace nanonas::exporting
