#include "apps/pipeline/batch/batch.hpp"

#include <array>
#include <exception>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "apps/pipeline/batch/batch_directory.hpp"
#include "apps/pipeline/batch/run_one.hpp"
#include "apps/pipeline/batch/run_queue.hpp"
#include "apps/pipeline/batch/shared_images.hpp"
#include "apps/pipeline/feasibility.hpp"
#include "apps/pipeline/figures.hpp"
#include "apps/pipeline/identity.hpp"
#include "apps/pipeline/resolve.hpp"
#include "nas/evaluators/table_evaluator.hpp"
#include "nas/score_cache.hpp"
#include "space/errors.hpp"
#include "space/json/json_text.hpp"
#include "space/parallel.hpp"
#include "space/text.hpp"

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

/// What needs no image.
void check(const BatchRun& run) {
    const Platform platform = resolve_platform(run.spec.budget);
    resolve_cost_model(run.spec.budget, platform.device);
    if (!run.spec.search.scores.empty()) {
        nas::TableEvaluator{run.spec.search.scores, space_of(run.spec)->axes()};
    }
}

/// A plan against what is on disk: everything before the first run begins.
struct Prepared {
    BatchDirectory directory;
    std::vector<BatchRun> runs;
    std::vector<std::size_t> missing;  ///< of the runs meant, not finished
    bool all = true;                   ///< the runs of the plan, not one alone
    SharedImages images;
    BatchReport report;

    explicit Prepared(const std::string& path) : directory(path) {}
};

std::vector<std::size_t> runs_meant(const BatchPlan& plan, const std::vector<BatchRun>& runs,
                                    const BatchPlace& place) {
    if (place.index) {
        if (*place.index >= runs.size()) {
            throw ConfigError("--index: " + std::to_string(*place.index) + ", but " + plan.file +
                              " has " + std::to_string(runs.size()) + " runs, counted from 0");
        }
        return {*place.index};
    }
    std::vector<std::size_t> meant;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        names.push_back(runs[i].name);
        if (place.only.empty() || place.only == runs[i].name) {
            meant.push_back(i);
        }
    }
    if (meant.empty()) {
        throw ConfigError("--only: " + place.only + " is no run of " + plan.file +
                          did_you_mean(place.only, names));
    }
    return meant;
}

enum class Purpose { kRun, kSurvey };

/// For a survey the images of finished runs are read, too.
std::unique_ptr<Prepared> prepare(const BatchPlan& plan, const BatchPlace& place, const Task& task,
                                  Purpose purpose) {
    auto batch = std::make_unique<Prepared>(batch_directory(plan, place));
    batch->runs = expand(plan);
    batch->report.name = plan.name;
    batch->report.directory = batch->directory.path();
    batch->report.options = varying_options(plan);
    batch->all = !place.index && place.only.empty();
    for (const BatchRun& run : batch->runs) {
        try {
            check(run);
            batch->report.runs.push_back(batch->directory.look(run));
        } catch (const ConfigError& error) {
            throw ConfigError(plan.file + ": " + run.name + ": " + error.what());
        }
    }
    for (const std::size_t i : runs_meant(plan, batch->runs, place)) {
        const bool finished = batch->report.runs[i].report.has_value();
        if (!finished) {
            batch->missing.push_back(i);
        }
        if (!finished || purpose == Purpose::kSurvey) {
            batch->images.add(batch->runs[i].spec, task);
        }
    }
    return batch;
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
    Execution(Prepared& batch, const RunPolicy& policy, const Task& task)
        : batch_(batch),
          policy_(policy),
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
    const Task& task_;
    nas::ScoreCache scores_;
    std::map<std::string, std::vector<std::size_t>> same_winner_;  ///< runs by kOfWinners
    RunQueue queue_;
    std::mutex mutex_;  ///< guards all below, the report and the results
    std::size_t ended_ = 0;
    std::exception_ptr error_;
};

/// For each price that differs one network is built.
class SmallestNetworks {
  public:
    const SmallestNetwork& of(const BatchRun& run, const SharedImages& images) {
        const RunSpec& spec = run.spec;
        const Platform platform = resolve_platform(spec.budget);
        std::optional<space::Problem> problem;
        std::vector<std::string> labels;
        if (needs_data(spec)) {
            const DataSets& data = images.unsplit(spec);
            problem = data.problem();
            labels = data.training.set.labels;
        } else {
            problem = table_problem(spec, platform.budget, {});
        }
        RunSpec budget;
        budget.budget = spec.budget;
        budget.search.space = spec.search.space;
        const std::string key = json::text({config_json(budget, Verb::kSearch), labels,
                                            problem ? space::to_string(problem->input) : "",
                                            problem ? problem->classes : 0});
        const auto known = known_.find(key);
        if (known != known_.end()) {
            return known->second;
        }
        return known_[key] = price(spec, platform, problem, labels);
    }

  private:
    static SmallestNetwork price(const RunSpec& spec, const Platform& platform,
                                 const std::optional<space::Problem>& problem,
                                 const std::vector<std::string>& labels) {
        const auto model = resolve_cost_model(spec.budget, platform.device, labels);
        const auto space = space_of(spec, problem.value_or(space::Problem{}));
        const std::vector<space::Axis> axes = space->axes();
        SmallestNetwork smallest;
        smallest.name = space::to_string(space::lowest(axes), axes);
        if (!problem) {
            return smallest;
        }
        try {
            smallest.cost =
                budget_report(space->build(space::lowest(axes)), *model, platform.budget);
            require_smallest_fits(*space, *model, platform.budget);
        } catch (const NothingFits& error) {
            smallest.misfit = error.what();
        } catch (const NetworkError&) {
            // The search says why, and tries others.
        }
        return smallest;
    }

    std::map<std::string, SmallestNetwork> known_;
};

}  // namespace

std::string batch_directory(const BatchPlan& plan, const BatchPlace& place) {
    return place.out.empty() ? "runs/" + plan.name : place.out;
}

BatchReport run_batch(const BatchPlan& plan, const BatchPlace& place, const Task& task) {
    const std::unique_ptr<Prepared> batch = prepare(plan, place, task, Purpose::kRun);
    if (batch->all) {
        batch->directory.take();
    }
    Execution execution(*batch, plan.run, task);
    execution.run();
    execution.write_results();
    return std::move(batch->report);
}

BatchSurvey survey_batch(const BatchPlan& plan, const BatchPlace& place, const Task& task) {
    const std::unique_ptr<Prepared> batch =
        prepare(plan, {place.out, std::nullopt, ""}, task, Purpose::kSurvey);
    BatchSurvey survey;
    SmallestNetworks smallest;
    for (const BatchRun& run : batch->runs) {
        survey.smallest.push_back(smallest.of(run, batch->images));
    }
    survey.batch = std::move(batch->report);
    survey.data_sets = batch->images.sets();
    return survey;
}

}  // namespace nanonas::pipeline
