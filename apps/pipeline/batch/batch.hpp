// A batch: every run of a plan that is missing is begun, every one that was stopped gone on with.
//
//     pipeline::BatchPlan plan = pipeline::read_plan("plan.yaml");
//     pipeline::BatchReport report = pipeline::run_batch(plan, {"runs/mine"}, task);
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/pipeline/batch/batch_report.hpp"
#include "space/task.hpp"

namespace nanonas::pipeline {

/// Where a batch lives, and which of its runs are meant.
struct BatchPlace {
    std::string out;  ///< empty: runs/ and the name of the plan
    std::optional<std::size_t>
        index;                     ///< one run alone, by its place; other processes may do others
    std::string only;              ///< the same by name; empty: all
    std::string tensorboard = {};  ///< folder for a folder of events a run; empty: none
    std::int64_t report_images = kReportImages;  ///< as in RunPlace
};

/// Who trains candidates besides the threads of a task.
struct BatchWorkers {
    std::string from;     ///< as --workers-from says it, a source a line; empty: nobody
    std::string program;  ///< how nanonas is called there; empty: nanonas
    bool here = true;     ///< the task's threads train candidates, too
};

/// Everything is checked, and every data set read, before anything is written. Runs side by side
/// share task.threads out; the answers are the same for any number, after any kill, and those of
/// `nanonas search`. A run that fails is told and is no error here. Throws ConfigError, DataError
/// and the like for what was given, Interrupted, IoError, NoWorkerLeft.
BatchReport run_batch(const BatchPlan& plan, const BatchPlace& place, const Task& task,
                      const BatchWorkers& workers = {});

/// The price of the smallest network of a search, or of the one that is trained.
struct SmallestNetwork {
    std::string name;                  ///< "(1,0)"
    std::optional<BudgetReport> cost;  ///< absent: nothing is priced
    std::string misfit;                ///< why it does not fit; empty: it does
};

/// A batch before it is begun.
struct BatchSurvey {
    BatchReport batch;                      ///< as it stands on disk
    std::vector<SmallestNetwork> smallest;  ///< of each run
    std::size_t data_sets = 0;              ///< that differ
};

/// What run_batch() would find: checks the same, reads the same data, writes nothing.
BatchSurvey survey_batch(const BatchPlan& plan, const BatchPlace& place, const Task& task);

/// What `place.out` says, else runs/ and the name of the plan.
std::string batch_directory(const BatchPlan& plan, const BatchPlace& place);

}  // namespace nanonas::pipeline
