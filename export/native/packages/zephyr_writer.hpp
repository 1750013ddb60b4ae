// A Zephyr module: build files, a Kconfig symbol, a sample application.
#pragma once

#include "export/native/packages/c_package.hpp"

namespace nanonas::exporting {

class ZephyrWriter final : public CPackageWriter {
  public:
    std::string name() const override { return "zephyr"; }
    std::string description() const override;

  protected:
    CLayout layout() const override;
    void check_name(const std::string& name) const override;
};

}  // namespace nanonas::exporting
