#include "apps/pipeline/batch/batch.hpp"

#include <sys/resource.h>

#include <exception>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "apps/pipeline/batch/batch_fleet.hpp"
#include "apps/pipeline/batch/prepared.hpp"
#include "apps/pipeline/batch/run_one.hpp"
#include "apps/pipeline/batch/run_queue.hpp"
#include "apps/pipeline/evaluators.hpp"
#include "apps/pipeline/feasibility.hpp"
#include "apps/pipeline/figures.hpp"
#include "apps/pipeline/identity.hpp"
#include "apps/pipeline/run_curves.hpp"
#include "nas/score_cache.hpp"
#include "space/errors.hpp"
#include "space/json/json_text.hpp"
#include "space/parallel.hpp"
#include "space/stopwatch.hpp"

namespace nanonas::pipeline {

namespace {

/// Options that decide what training a winner comes to. Runs that agree in them may find each
/// other's work; whether it is the same the work itself tells.
std::vector<std::string> winner_options() {
    return {"data",         "input",           "skip-bad", "final-val-split", "space",    "engine",
            "seed",         "epochs",          "lr",       "batch",           "schedule", "augment",
            "weight-decay", "label-smoothing", "warmup",   "average",         "dropout"};
}

std::string options_text(const BatchRun& run, const std::vector<std::string>& names) {
    const nlohmann::json options = config_json(run.spec, run.verb);
    nlohmann::json chosen = nlohmann::json::object();
    for (const std::string& name : names) {
        chosen[name] = options.value(name, nlohmann::json());
    }
    return json::text(chosen);
}

/// Empty: no candidate is trained.
std::string family_of(const BatchRun& run) {
    return run.verb == Verb::kSearch && run.spec.search.scores.empty()
               ? options_text(run, candidate_options())
               : "";
}

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

/// Processor time of this process, and of its children that have ended.
double cpu_seconds() {
    double seconds = 0.0;
    for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage = {};
        if (::getrusage(who, &usage) == 0) {
            seconds += seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
        }
    }
    return seconds;
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
    Execution(Prepared& batch, const RunPolicy& policy, const BatchPlace& place,
              const BatchWorkers& workers, const Task& task)
        : batch_(batch),
          policy_(policy),
          place_(place),
          task_(task),
          families_(families_of_missing(batch)),
          queue_(families_, task.threads, policy, BatchFleet::kind_of(workers)),
          workers_(queue_, families_, workers, task) {
        for (std::size_t i = 0; i < batch.runs.size(); ++i) {
            same_winner_[options_text(batch.runs[i], winner_options())].push_back(i);
        }
    }

    /// Before anything is written: without any worker there may be nothing to begin.
    void wait_for_worker() {
        for (const std::size_t i : batch_.missing) {
            const RunSpec& spec = batch_.runs[i].spec;
            if (!family_of(batch_.runs[i]).empty()) {
                workers_.wait_for_one(spec, batch_.images.of(spec).training);
                return;
            }
        }
    }

    void run() {
        if (batch_.missing.empty()) {
            return;
        }
        scores_ = std::make_unique<nas::ScoreCache>(batch_.directory.scores());
        const Stopwatch watch;
        const double cpu_before = cpu_seconds();
        ThreadGroup threads;
        while (threads.size() + 1 < queue_.most_parallel() && threads.start([this] { work(); })) {
        }
        work();
        threads.join();
        task_.ended(kPart);
        if (batch_.all) {
            batch_.report.work = BatchWork{watch.seconds(), cpu_seconds() - cpu_before,
                                           task_.threads, workers_.reports()};
        }
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
            families.push_back(family_of(batch.runs[i]));
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
        if (!place_.tensorboard.empty()) {
            offer.tensorboard = place_.tensorboard + "/" + run.name;
        }
        offer.report_images = place_.report_images;
        offer.shared = {scores_.get(), run.name, others_of(at), workers_.pool(), run.name, true};
        offer.retries = policy_.retries;
        offer.searched = [&] { queue_.searched(lease); };
        std::optional<DataSets> images;
        if (needs_data(run.spec)) {
            images = batch_.images.of(run.spec);
            offer.images = &*images;
        }
        const std::string& family = families_[lease->run];
        if (!family.empty()) {
            workers_.begin(family, run.spec, images.value().training);
        }
        BatchRunReport ended = run_one(run, offer, task);
        workers_.end(family);
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
             same_winner_.at(options_text(batch_.runs[at], winner_options()))) {
            if (i != at) {
                others.push_back(batch_.directory.of_run(batch_.runs[i]));
            }
        }
        return others;
    }

    Prepared& batch_;
    const RunPolicy& policy_;
    const BatchPlace& place_;
    const Task& task_;
    std::unique_ptr<nas::ScoreCache> scores_;
    std::map<std::string, std::vector<std::size_t>> same_winner_;  ///< runs by winner_options()
    const std::vector<std::string> families_;                      ///< of the missing runs
    RunQueue queue_;
    BatchFleet workers_;
    std::mutex mutex_;  ///< guards all below, the report and the results
    std::size_t ended_ = 0;
    std::exception_ptr error_;
};

}  // namespace

BatchReport run_batch(const BatchPlan& plan, const BatchPlace& place, const Task& task,
                      const BatchWorkers& workers) {
    const std::unique_ptr<Prepared> batch = prepare(plan, place, task, Purpose::kRun);
    Execution execution(*batch, plan.run, place, workers, task);
    execution.wait_for_worker();
    if (!place.tensorboard.empty()) {
        make_curves_folder(place.tensorboard);
    }
    if (batch->all) {
        batch->directory.take();
    }
    execution.run();
    execution.write_results();
    return std::move(batch->report);
}

}  // namespace nanonas::pipeline
