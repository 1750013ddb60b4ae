// Where a model comes from: a file, or the run that made it.
#pragma once

#include <optional>
#include <string>

#include "apps/pipeline/run_spec.hpp"

namespace nanonas::pipeline {

/// The model file meant by --model: the file itself or the winner of a run directory.
/// Throws ConfigError when `model` is empty, IoError when there is none.
std::string model_path(const std::string& model);

/// The run directory whose winner/ holds the model; empty when none does.
std::string run_of_model(const std::string& model_file);
/// The options a run was started with. Throws ConfigError, IoError for its config.json.
Config config_of_run(const std::string& run);
/// Throws DataError for a model that is not what its run wrote. A summary that is damaged itself
/// vouches for nothing.
void require_undamaged(const std::string& model_file, const std::string& run);

}  // namespace nanonas::pipeline
