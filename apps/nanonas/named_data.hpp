// Fashion-MNIST is what a command gets that names no data, no model and no run; what names one of
// these and yet leaves the images open is asked for them.
#pragma once

#include "apps/nanonas/command_line.hpp"
#include "apps/nanonas/run_directory.hpp"

namespace nanonas::app {

/// To be called when adopt_run() has taken what the model's run tells. Throws ConfigError naming
/// the option that is missing. quantize asks for its images itself, once it has read the model.
void require_named_data(const Command& command);

/// Throws ConfigError, with the runs that lie near, when --resume finds no run and no data is named
/// to begin one on. What a killed start left counts as the run.
void require_run_or_data(const Config& config, const RunPlan& plan);

}  // namespace nanonas::app
