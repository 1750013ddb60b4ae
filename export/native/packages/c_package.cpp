#include "export/native/packages/c_package.hpp"

#include "export/native/c_names.hpp"
#include "export/native/c_render.hpp"
#include "export/native/templates/c_templates.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

void CPackageWriter::check_name(const std::string& name) const {
    check_c_name(name);
}

std::string CPackageWriter::c_source(const std::string& name) const {
    return fill_template(layout().source, {{"name", name}});
}

std::vector<OutputFile> CPackageWriter::render(const Artifact& artifact,
                                               const WriteOptions& options) const {
    if (artifact.quantized == nullptr) {
        throw ExportError("format " + this->name() +
                          ": needs an int8 network; the model holds float weights only, "
                          "`nanonas quantize` calibrates it on images");
    }
    check_name(options.name);
    const CLayout places = layout();
    CSource c = render_c_source(*artifact.quantized, artifact.samples, options);
    std::vector<OutputFile> files{{places.header, std::move(c.header)},
                                  {places.source, std::move(c.source)}};
    if (!places.vectors.empty()) {
        files.push_back({places.vectors, std::move(c.vectors)});
    }
    files.push_back({places.sample, std::move(c.sample)});
    files.insert(files.end(), places.files.begin(), places.files.end());
    for (OutputFile& file : files) {
        file.path = fill_template(file.path, c.words);
        file.bytes = fill_template(file.bytes, c.words);
    }
    return files;
}

}  // namespace nanonas::exporting
