// The generated C inside the folders and build files of one kind of project.
#pragma once

#include <string>
#include <vector>

#include "export/writer.hpp"

namespace nanonas::exporting {

/// Where the generated files go, and the files around them; paths and texts are templates
/// (c_templates.hpp).
struct CLayout {
    std::string header;   ///< path of <name>.h
    std::string source;   ///< path of <name>.c
    std::string sample;   ///< path of <name>_sample.h, beside the example that includes it
    std::string vectors;  ///< path of <name>_vectors.h; empty: not shipped
    std::vector<OutputFile> files;
};

/// A format is a layout; the rest is the same for all.
class CPackageWriter : public Writer {
  public:
    std::string c_source(const std::string& name) const override;
    /// Throws ExportError without an int8 network or for a name the format cannot have.
    std::vector<OutputFile> render(const Artifact& artifact,
                                   const WriteOptions& options) const override;

  protected:
    virtual CLayout layout() const = 0;
    /// Throws ExportError for what the format adds to check_c_name().
    virtual void check_name(const std::string& name) const;
};

}  // namespace nanonas::exporting
