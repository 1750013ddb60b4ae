// An Arduino library: library.properties, src/, a sketch that prints a class over Serial.
#pragma once

#include "export/native/packages/c_package.hpp"

namespace nanonas::exporting {

/// Library specification 1.5, revision 2.2.
class ArduinoWriter final : public CPackageWriter {
  public:
    std::string name() const override { return "arduino"; }
    std::string description() const override;

  protected:
    CLayout layout() const override;
    void check_name(const std::string& name) const override;
};

}  // namespace nanonas::exporting
