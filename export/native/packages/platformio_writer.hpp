// A PlatformIO library: library.json, include/, src/, an example project.
#pragma once

#include "export/native/packages/c_package.hpp"

namespace nanonas::exporting {

class PlatformioWriter final : public CPackageWriter {
  public:
    std::string name() const override { return "platformio"; }
    std::string description() const override;

  protected:
    CLayout layout() const override;
};

}  // namespace nanonas::exporting
