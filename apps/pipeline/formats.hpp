// The formats of `nanonas export`: those of export/format.hpp and those whose writer needs another
// room.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "export/writer.hpp"

namespace nanonas::pipeline {

/// Of this build, the default first.
std::vector<std::string> format_names();
/// Of any build.
std::vector<std::string> known_format_names();

/// Throws ConfigError naming the known formats, or saying that this build has no LibTorch.
std::unique_ptr<exporting::Writer> make_writer(const std::string& format);

}  // namespace nanonas::pipeline
