// The run that a model comes from, and what it says where the command does not.
#pragma once

#include "apps/pipeline/asked.hpp"

namespace nanonas::pipeline {

/// When --model is a run directory or a file in its winner/: evaluate and profile take the run's
/// target, bounds and runtime, evaluate and quantize its images, and export its name, each unless
/// the command names another; a target named takes the place of all the run's bounds. To be called
/// before resolve_defaults(). Throws ConfigError, IoError for the run's config.json, and DataError
/// for a model that is not what its run wrote.
void adopt_run(Asked& asked);

}  // namespace nanonas::pipeline
