#include "export/writers/c_writer.hpp"

#include "export/writers/c_render.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

std::string CWriter::description() const {
    return "C99 source and header without dependencies, an example, test vectors and a Makefile";
}

std::vector<OutputFile> CWriter::render(const Artifact& artifact,
                                        const WriteOptions& options) const {
    if (artifact.quantized == nullptr) {
        throw ExportError("format c: needs an int8 network; `nanonas quantize` makes one");
    }
    return render_c_source(*artifact.quantized, artifact.samples, options);
}

}  // namespace nanonas::exporting
