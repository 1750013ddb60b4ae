// One run of a batch, from its first check to its summary.
#pragma once

#include <functional>
#include <string>

#include "apps/pipeline/batch/batch_report.hpp"
#include "apps/pipeline/run.hpp"

namespace nanonas::pipeline {

/// What a run is given by its batch.
struct RunOffer {
    std::string directory;
    std::string tensorboard;  ///< folder of its events; empty: none
    std::int64_t report_images = kReportImages;
    const DataSets* images = nullptr;  ///< null: a table alone decides
    SharedWork shared;
    std::int64_t retries = 0;
    std::function<void()> searched;  ///< called once its winner is known
};

/// Begins the run or goes on with it. What it throws becomes its outcome, but for Interrupted and
/// NoWorkerLeft.
/// Sentences of the run itself go to `task` as details, one about its winner as one of the batch.
BatchRunReport run_one(const BatchRun& run, const RunOffer& offer, const Task& task);

}  // namespace nanonas::pipeline
