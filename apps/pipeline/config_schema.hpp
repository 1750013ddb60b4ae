// JSON Schemas of config and target files, made from what reads them.
#pragma once

#include <string>
#include <vector>

namespace nanonas::pipeline {

/// "search", what --config reads, first; "target"; "batch", what `nanonas batch` reads.
std::vector<std::string> schema_names();

/// The schema as a file, the same in every build. Throws ConfigError for an unknown name.
std::string schema_text(const std::string& name);

}  // namespace nanonas::pipeline
