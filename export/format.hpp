// The formats a network leaves in: one table.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "export/writer.hpp"

namespace nanonas::exporting {

/// Names of all formats, the default first.
std::vector<std::string> format_names();

/// Throws ConfigError naming the known formats.
std::unique_ptr<Writer> make_writer(const std::string& format);

}  // namespace nanonas::exporting
