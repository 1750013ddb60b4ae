// The emitted C of a model on this computer and on emulated cores, held against the integer
// reference.
#pragma once

#include "apps/pipeline/device_report.hpp"
#include "apps/pipeline/run_spec.hpp"
#include "space/task.hpp"

namespace nanonas::pipeline {

/// Of config.output.model, on the cores that config.device names. What differs, breaks a bound or
/// does not run stands in the report. Throws ConfigError, DataError, ExportError, IoError for what
/// was given.
ValidateReport validate(const Config& config, const Task& task);

}  // namespace nanonas::pipeline
