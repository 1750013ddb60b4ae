// C99 source of a quantized network: no dependency, no malloc, a static arena.
#pragma once

#include "export/writers/writer.hpp"

namespace nanonas::exporting {

/// <name>.h, <name>.c, <name>_vectors.h, main.c, Makefile. The test vectors are the first
/// `vectors` samples with the oracle's scores.
class CWriter final : public Writer {
  public:
    std::string name() const override { return "c"; }
    std::string description() const override;
    std::string c_source(const std::string& name) const override { return name + ".c"; }
    std::vector<OutputFile> render(const Artifact& artifact,
                                   const WriteOptions& options) const override;
};

}  // namespace nanonas::exporting
