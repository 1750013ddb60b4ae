// Options from a JSON file: the same names as the flags.
#pragma once

#include <set>
#include <string>

#include "apps/pipeline/option_table.hpp"

namespace nanonas::pipeline {

/// Reads one config file's keys into `config`, in the file's order, and returns those the verb
/// takes. Keys of other verbs are checked and passed over: one file describes a task for all.
/// "$schema" is for editors.
/// Throws ConfigError naming file and key, IoError.
std::set<std::string> read_config_file(const std::string& file, Verb verb, Config& config);

}  // namespace nanonas::pipeline
