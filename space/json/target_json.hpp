// Target files.
#pragma once

#include <string>
#include <vector>

#include "space/target.hpp"

namespace nanonas::json {

/// Throws ConfigError naming file and key.
space::Target read_target(const std::string& file);

/// The JSON Schema of such a file, as text.
std::string target_schema();

/// All `*.json` of a folder, sorted by name; two targets sharing a name or alias are an error.
std::vector<space::Target> read_targets(const std::string& folder);

/// By name or alias (case-insensitive) from `folder`, or, when `name` ends in .json or names an
/// existing file, from that file. Throws ConfigError with the nearest name.
space::Target find_target(const std::string& name, const std::string& folder);

}  // namespace nanonas::json
