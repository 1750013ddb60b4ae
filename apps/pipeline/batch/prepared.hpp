// A plan held against what is on disk and in its data sets: everything before the first run begins.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/pipeline/batch/batch.hpp"
#include "apps/pipeline/batch/batch_directory.hpp"
#include "apps/pipeline/batch/shared_images.hpp"

namespace nanonas::pipeline {

struct Prepared {
    BatchDirectory directory;
    std::vector<BatchRun> runs;
    std::vector<std::size_t> missing;  ///< of the runs meant, not finished
    bool all = true;                   ///< the runs of the plan, not one alone
    SharedImages images;
    BatchReport report;

    explicit Prepared(const std::string& path) : directory(path) {}
};

enum class Purpose { kRun, kSurvey };

/// Checks all runs and reads the images of those that are missing; for a survey those of finished
/// runs, too. Writes nothing. Throws as run_batch() does for what was given.
std::unique_ptr<Prepared> prepare(const BatchPlan& plan, const BatchPlace& place, const Task& task,
                                  Purpose purpose);

}  // namespace nanonas::pipeline
