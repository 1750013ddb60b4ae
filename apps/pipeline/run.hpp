// A run: from options and images to a winner and everything that is made of it, kept in a directory
// from which it goes on after any kill.
//
//     pipeline::RunSpec spec;                        // --data, --target, ...
//     pipeline::resolve_defaults(spec);
//     auto run = pipeline::Run::open(spec, pipeline::Verb::kSearch, {"runs/mine", true}, task);
//     if (!run.finished()) {
//         run.search();
//         run.train();
//         run.products();
//         run.finish();
//     }
//     use(run.report());
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/pipeline/data_sets.hpp"
#include "apps/pipeline/feasibility.hpp"
#include "apps/pipeline/report.hpp"
#include "apps/pipeline/run_plan.hpp"
#include "nas/score_cache.hpp"
#include "nas/search.hpp"
#include "space/task.hpp"
#include "space/trained_network.hpp"

namespace nanonas::pipeline {

class WorkerPool;

/// Parts of a search that are the caller's, in place of those that the spec names; each may be
/// null. They must outlive the run.
struct OwnParts {
    nas::Strategy* strategy = nullptr;  ///< fresh
    nas::Evaluator* evaluator =
        nullptr;  ///< scores that are its own; the winner is trained as ever
    space::SearchSpace* space = nullptr;
    std::string fingerprint = {};  ///< what else the answer depends on

    bool any() const { return strategy != nullptr || evaluator != nullptr || space != nullptr; }
};

/// What several runs have in common; each may be absent.
struct SharedWork {
    /// Scores that one of them found are not computed again; this one's go to `scores_file`. The
    /// journal is the same with and without.
    nas::ScoreCache* scores = nullptr;
    std::string scores_file;
    /// Directories of runs that may have trained, or be training, the same winner: their
    /// checkpoints are gone on with, which changes no bit either.
    std::vector<std::string> runs;
    /// Workers that train candidates for all of them; how many at a time for this run, its task's
    /// share says. Null: those that the spec names.
    std::shared_ptr<WorkerPool> workers = {};
    std::string name = {};        ///< of the run, in what is told of workers
    bool images_of_path = false;  ///< the images in memory are what the spec's paths lead to
};

/// A run, from its first check to its summary.
class Run {
  public:
    /// Checks everything that can be checked before any work, reads the images and takes hold of
    /// the directory, as `verb` (kSearch or kTrain) says. `task` is kept for all that follows; what
    /// its `stop` points at must outlive the run. Throws ConfigError, DataError, IoError for what
    /// was given, NothingFits when not even the smallest network, or the one named, fits; then
    /// nothing is written. `images`: those of spec.data when they are in memory already, with a
    /// fingerprint of their contents; null: they are read. What `shared` points at must outlive the
    /// run. `own` is for kSearch and part of the run's identity, by its names.
    static Run open(const RunSpec& spec, Verb verb, const RunPlace& place, const Task& task,
                    const DataSets* images = nullptr, const SharedWork& shared = {},
                    const OwnParts& own = {});
    Run(Run&&) noexcept;
    Run& operator=(Run&&) noexcept;
    ~Run();

    const std::string& path() const;
    std::string file(const std::string& name) const;
    /// An earlier process began it.
    bool resumed() const;
    /// An earlier process finished it: the report is its, and there is nothing left to do.
    bool finished() const;

    /// Whether the winner is to be trained and made into products, not only found.
    bool makes_products() const;
    /// Whether the candidates are priced, what scores them, and their axes: for displays.
    bool priced() const;
    bool from_table() const;
    const std::vector<space::Axis>& axes() const;

    /// Finds the winner; of a run of kTrain it stands already. Throws NothingFits when no candidate
    /// fits, and what nas::search throws. `evaluator`: the same scores found elsewhere, such as on
    /// other machines; null: candidates are trained, or looked up, here.
    nas::SearchResult search(const nas::SearchHooks& hooks = {},
                             nas::Evaluator* evaluator = nullptr);
    /// Trains the winner from the beginning or from its checkpoint, and takes it through the stages
    /// that the spec names. What is done to it between this and products() is the caller's own
    /// stage.
    space::TrainedNetwork train();
    /// int8, comparison, C, TFLite, ONNX and their checks, in winner/.
    void products(const space::TrainedNetwork& trained);
    /// Writes summary.json, which makes the run finished.
    void finish();

    const RunReport& report() const;

  private:
    struct State;
    explicit Run(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace nanonas::pipeline
