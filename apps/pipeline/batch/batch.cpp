#include "apps/pipeline/batch/batch.hpp"

#include <array>
#include <exception>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "apps/pipeline/batch/prepared.hpp"
#include "apps/pipeline/batch/run_one.hpp"
#include "apps/pipeline/batch/run_queue.hpp"
#include "apps/pipeline/feasibility.hpp"
#include "apps/pipeline/figures.hpp"
#include "apps/pipeline/identity.hpp"
#include "apps/pipeline/run_curves.hpp"
#include "nas/score_cache.hpp"
#include "space/errors.hpp"
#include "space/json/json_text.hpp"
#include "space/parallel.hpp"

namespace nanonas::pipeline {

namespace {

/// Options that decide what training a candidate, and training a winner, comes to. Runs that agree
/// in them may find each other's work; whether it is the same the work itself tells.
constexpr std::array<const char*, 12> kOfCandidates = {
    "data", "input",        "skip-bad",      "val-split", "space",        "engine",
    "seed", "search-steps", "search-epochs", "search-lr", "search-batch", "search-schedule"};
constexpr std::array<const char*, 14> kOfWinners = {
    "data",   "input", "skip-bad", "final-val-split", "space",   "engine",       "seed",
    "epochs", "lr",    "batch",    "schedule",        "augment", "weight-decay", "label-smoothing"};

template <typename Names>
std::string options_text(const RunSpec& spec, const Names& names) {
    const nlohmann::json options = config_json(spec, Verb::kSearch);
    nlohmann::json chosen = nlohmann::json::object();
    for (const char* name : names) {
        chosen[name] = options.value(name, nlohmann::json());
    }
    return json::text(chosen);
}

/// Empty: no candidate is trained.
std::string family_of(const RunSpec& spec) {
    return spec.search.scores.empty() ? options_text(spec, kOfCandidates) : "";
}

/// ", test int8 77.99 %"; empty where nothing was trained to the end.
std::string accuracy_of(const BatchRunReport& run) {
    for (const char* role : {"test", "validation"}) {
        const auto found = run.report->accuracy.find(role);
        if (found != run.report->accuracy.end()) {
            return std::string(", ") + role + " int8 " + percent_text(found->second.of_int8);
        }
    }
    return "";
}

std::string ending_of(const BatchRunReport& run) {
    switch (run.status) {
        case RunStatus::kDone:
            return "done" + accuracy_of(run) + ", " + duration_text(run.seconds);
        case RunStatus::kNothingFits:
            return "nothing fits: " + run.message;
        default:
            return "FAILED: " + run.message;
    }
}

/// Runs side by side.
class Execution {
  public:
    Execution(Prepared& batch, const RunPolicy& policy, const std::string& tensorboard,
              const Task& task)
        : batch_(batch),
          policy_(policy),
          tensorboard_(tensorboard),
          task_(task),
          scores_(batch.directory.scores()),
          queue_(families_of_missing(batch), task.threads, policy) {
        for (std::size_t i = 0; i < batch.runs.size(); ++i) {
            same_winner_[options_text(batch.runs[i].spec, kOfWinners)].push_back(i);
        }
    }

    void run() {
        if (batch_.missing.empty()) {
            return;
        }
        ThreadGroup threads;
        while (threads.size() + 1 < queue_.parallel() && threads.start([this] { work(); })) {
        }
        work();
        threads.join();
        task_.ended(kPart);
        batch_.report.stopped_early = queue_.stopped_by_policy();
        if (error_) {
            std::rethrow_exception(error_);
        }
        task_.throw_if_stopped();
    }

    /// By one thread at a time.
    void write_results() {
        if (batch_.all) {
            batch_.directory.write_results(batch_.report);
            return;
        }
        batch_.directory.write_results(batch_.report, [this](BatchReport& report) {
            for (std::size_t i = 0; i < report.runs.size(); ++i) {
                if (!report.runs[i].here) {
                    report.runs[i] = batch_.directory.look(batch_.runs[i]);
                }
            }
        });
    }

  private:
    static constexpr const char* kPart = "batch";

    static std::vector<std::string> families_of_missing(const Prepared& batch) {
        std::vector<std::string> families;
        for (const std::size_t i : batch.missing) {
            families.push_back(family_of(batch.runs[i].spec));
        }
        return families;
    }

    void work() {
        while (const RunQueue::LeasePointer lease = queue_.take(task_.stop)) {
            bool failed = true;
            try {
                failed = do_run(lease);
            } catch (...) {
                const std::lock_guard<std::mutex> lock(mutex_);
                error_ = error_ ? error_ : std::current_exception();
                queue_.halt();
            }
            queue_.ended(lease, failed);
        }
    }

    /// Whether it failed.
    bool do_run(const RunQueue::LeasePointer& lease) {
        const std::size_t at = batch_.missing[lease->run];
        const BatchRun& run = batch_.runs[at];
        Task task = task_;
        task.share = &lease->share;
        RunOffer offer;
        offer.directory = batch_.directory.of_run(run);
        if (!tensorboard_.empty()) {
            offer.tensorboard = tensorboard_ + "/" + run.name;
        }
        offer.shared = {&scores_, run.name, others_of(at)};
        offer.retries = policy_.retries;
        offer.searched = [&] { queue_.searched(lease); };
        std::optional<DataSets> images;
        if (needs_data(run.spec)) {
            images = batch_.images.of(run.spec);
            offer.images = &*images;
        }
        BatchRunReport ended = run_one(run, offer, task);
        images.reset();
        batch_.images.drop(run.spec);

        const std::lock_guard<std::mutex> lock(mutex_);
        batch_.directory.keep_outcome(ended);
        task_.tell(ended.name + ": " + ending_of(ended));
        const bool failed = ended.status == RunStatus::kFailed;
        batch_.report.runs[at] = std::move(ended);
        ++ended_;
        const auto all = static_cast<double>(batch_.missing.size());
        task_.at({kPart, batch_.report.name, static_cast<double>(ended_) / all,
                  std::to_string(ended_) + " of " + std::to_string(batch_.missing.size()) + " runs",
                  true});
        write_results();
        return failed;
    }

    /// Directories of runs that may train the same winner in the same way.
    std::vector<std::string> others_of(std::size_t at) const {
        std::vector<std::string> others;
        for (const std::size_t i :
             same_winner_.at(options_text(batch_.runs[at].spec, kOfWinners))) {
            if (i != at) {
                others.push_back(batch_.directory.of_run(batch_.runs[i]));
            }
        }
        return others;
    }

    Prepared& batch_;
    const RunPolicy& policy_;
    const std::string& tensorboard_;
    const Task& task_;
    nas::ScoreCache scores_;
    std::map<std::string, std::vector<std::size_t>> same_winner_;  ///< runs by kOfWinners
    RunQueue queue_;
    std::mutex mutex_;  ///< guards all below, the report and the results
    std::size_t ended_ = 0;
    std::exception_ptr error_;
};

}  // namespace

BatchReport run_batch(const BatchPlan& plan, const BatchPlace& place, const Task& task) {
    const std::unique_ptr<Prepared> batch = prepare(plan, place, task, Purpose::kRun);
    if (!place.tensorboard.empty()) {
        make_curves_folder(place.tensorboard);
    }
    if (batch->all) {
        batch->directory.take();
    }
    Execution execution(*batch, plan.run, place.tensorboard, task);
    execution.run();
    execution.write_results();
    return std::move(batch->report);
}

}  // namespace nanonas::pipeline
