// C99 source of a quantized network: no dependency, no malloc, a static arena.
#pragma once

#include "export/native/packages/c_package.hpp"

namespace nanonas::exporting {

/// <name>.h, <name>.c, <name>_vectors.h and main.c (the check), example/, Makefile, CMakeLists.txt.
/// The test vectors are the first `vectors` samples with the oracle's scores.
class CWriter final : public CPackageWriter {
  public:
    std::string name() const override { return "c"; }
    std::string description() const override;
    bool ships_vectors() const override { return true; }

  protected:
    CLayout layout() const override;
};

}  // namespace nanonas::exporting
