// A run as TensorBoard shows it: what was decided, the curve of each candidate, the final training,
// what came out. Told from the journal and the checkpoint again, a run that was resumed writes what
// one that was not does.
//
//     DIR/events.out.tfevents.nanonas.<fingerprint>             the run
//     DIR/candidates/0001_k=1,c=0/events.out.tfevents...        a candidate, a session of hparams
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "apps/pipeline/report.hpp"
#include "apps/pipeline/run_spec.hpp"
#include "nas/journal.hpp"
#include "space/search_space.hpp"
#include "space/task.hpp"
#include "train/trainer.hpp"

namespace nanonas::tensorboard {
class EventFile;
}

namespace nanonas::pipeline {

/// What tells one run's events from another's.
struct CurvesOf {
    std::string fingerprint;
    const nlohmann::json& options;  ///< what config.json holds
    std::vector<space::Axis> axes;  ///< of candidates; empty: none are decided
};

/// Not thread-safe: one call at a time.
class RunCurves {
  public:
    /// Makes the folder and begins, or goes on with, the run's file there. Throws ConfigError when
    /// that cannot be done or the folder holds another run's events.
    RunCurves(const std::string& folder, const CurvesOf& run, const Task& task);
    ~RunCurves();
    RunCurves(const RunCurves&) = delete;
    RunCurves& operator=(const RunCurves&) = delete;

    // What cannot be written is told once, and nothing is written any more: the run goes on.
    void decided(std::size_t index, const nas::Decision& decision);
    void epoch(const train::EpochResult& epoch);
    void finished(const RunReport& report);

    /// Nothing came of the run: what the constructor made is removed.
    void withdraw();

  private:
    void write(const std::function<void()>& write_it);
    void write_candidate(std::size_t index, const nas::Decision& decision);

    std::string folder_, name_;
    std::vector<space::Axis> axes_;
    const Task& task_;
    std::unique_ptr<tensorboard::EventFile> file_;  ///< null: given up
    std::string made_;                              ///< topmost folder that was made; empty: none
    bool made_file_ = false;
    std::optional<double> best_;
    std::size_t infeasible_ = 0;
};

/// For a batch, before its runs make theirs in it. Throws ConfigError where nothing can be written.
void make_curves_folder(const std::string& folder);

/// The same of a run that is finished, from its directory; what cannot be written is told. `axes`:
/// of a space that is the caller's; empty: of the one that the spec names.
void write_finished_curves(const std::string& folder, const std::string& directory,
                           const RunSpec& spec, const std::vector<space::Axis>& axes,
                           const RunReport& report, const Task& task);

}  // namespace nanonas::pipeline
