// Fashion-MNIST is what a command gets that names no data, no model and no run; what names one of
// these and yet leaves the images open is asked for them.
#pragma once

#include "apps/pipeline/asked.hpp"

namespace nanonas::pipeline {

/// To be called when adopt_run() has taken what the model's run tells. Throws ConfigError naming
/// the option that is missing. quantize asks for its images itself, once it has read the model.
void require_named_data(const Asked& asked);

}  // namespace nanonas::pipeline
