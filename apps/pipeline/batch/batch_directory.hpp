// A batch's directory: a folder for each run, what became of those that were not finished, scores
// that runs share, and the results.
//
//     runs/boards/target=rp2040,seed=1/     a run directory like any other
//     runs/boards/.batch/outcomes/<run>.json       why a run failed, or that nothing fits
//     runs/boards/.batch/scores/<run>.jsonl        nas/score_cache.hpp
//     runs/boards/results.csv, results.json, junit.xml
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "apps/pipeline/batch/batch_report.hpp"
#include "nas/run_lock.hpp"

namespace nanonas::pipeline {

class BatchDirectory {
  public:
    /// Writes nothing.
    explicit BatchDirectory(std::string path);

    const std::string& path() const { return path_; }
    std::string of_run(const BatchRun& run) const { return path_ + "/" + run.name; }
    std::string scores() const { return path_ + "/.batch/scores"; }

    /// How the run stands there. Throws ConfigError when it was begun with other options, or the
    /// folder holds something else.
    BatchRunReport look(const BatchRun& run) const;

    /// Makes it, for this process alone: its runs are its own until the end. Throws IoError.
    void take();
    /// Keeps what became of a run whose folder does not tell.
    void keep_outcome(const BatchRunReport& run) const;
    /// Results of `report`; other processes at the same time wait. `refresh` is called when it is
    /// this one's turn and may look again.
    void write_results(BatchReport& report,
                       const std::function<void(BatchReport&)>& refresh = {}) const;

  private:
    std::string outcome_file(const std::string& run) const;

    std::string path_;
    std::unique_ptr<nas::RunLock> lock_;
};

}  // namespace nanonas::pipeline
