// int8 and everything made of it for a model that is trained already.
#pragma once

#include "apps/pipeline/report.hpp"
#include "apps/pipeline/run_spec.hpp"
#include "space/task.hpp"

namespace nanonas::pipeline {

/// Reads config.output.model and the images of config.data, which must have the model's classes,
/// and writes into config.output.out as a run does into its winner/. Throws ConfigError, DataError,
/// ExportError, IoError for what was given; then nothing is written.
RunReport quantize(const Config& config, const Task& task);

}  // namespace nanonas::pipeline
