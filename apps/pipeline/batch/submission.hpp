// What submits each run of a batch as a job of its own.
#pragma once

#include <string>
#include <vector>

#include "apps/pipeline/batch/batch.hpp"

namespace nanonas::pipeline {

/// A script for Slurm (job array), a manifest for Kubernetes (Indexed Job), or a command for GNU
/// parallel: every job is `nanonas batch WORDS --index N`. `system` is one of submission_names();
/// `words` name the plan and its axes; `threads` are those of a job. Throws ConfigError.
std::string submission_text(const std::string& system, const BatchPlan& plan,
                            const BatchPlace& place, const std::vector<std::string>& words,
                            int threads);

}  // namespace nanonas::pipeline
