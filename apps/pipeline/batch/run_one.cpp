#include "apps/pipeline/batch/run_one.hpp"

#include <filesystem>
#include <new>
#include <utility>

#include "apps/pipeline/feasibility.hpp"
#include "apps/pipeline/figures.hpp"
#include "apps/pipeline/workers/workers_lost.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/stopwatch.hpp"

namespace nanonas::pipeline {

namespace {

/// The batch's task for one of its runs: told under its name.
Task task_of(const BatchRun& run, const Task& task) {
    Task own = task;
    own.progress = [&task, name = run.name](const Progress& at) {
        Progress named = at;
        named.part = name + " " + at.part;
        named.label = name + ": " + at.label;
        named.is_long = false;  // a line now and then for the whole batch is enough
        task.at(named);
    };
    own.told = [&task, name = run.name](const std::string& text, bool) {
        task.tell(name + ": " + text, true);
    };
    return own;
}

/// The candidates under way as progress.
nas::SearchHooks hooks_of(const Run& run, const Task& task) {
    nas::SearchHooks hooks;
    const std::vector<space::Axis>& axes = run.axes();
    const bool from_table = run.from_table();
    hooks.decided = [&task, axes, from_table](const nas::Decided& decided) {
        const nas::Decision& decision = decided.decision;
        task.tell(std::to_string(decided.index + 1) + " " + to_string(decision.trial(), axes) +
                      (decision.score ? ", score " + score_text(*decision.score, from_table)
                       : decision.violations.empty() ? ": " + decision.reason
                                                     : ": over " + to_string(decision.violations)),
                  true);
    };
    hooks.progress = [&task, axes](const nas::EvaluationProgress& at) {
        const std::string name = to_string(at.trial, axes);
        const double done =
            (static_cast<double>(at.epoch) + at.epoch_fraction) / static_cast<double>(at.epochs);
        const std::string repeat = at.repeats == 1 ? ""
                                                   : "training " + std::to_string(at.repeat + 1) +
                                                         " of " + std::to_string(at.repeats);
        task.at({name, name, done, repeat});
    };
    hooks.ended = [&task, axes](const nas::Trial& trial) { task.ended(to_string(trial, axes)); };
    return hooks;
}

void run_to_the_end(const BatchRun& run, const RunOffer& offer, const Task& task,
                    BatchRunReport& report) {
    const Task own = task_of(run, task);
    std::error_code none;
    const bool begun = std::filesystem::exists(offer.directory + "/config.json", none);
    Run open = Run::open(run.spec, run.verb,
                         {offer.directory, begun, offer.tensorboard, offer.report_images}, own,
                         offer.images, offer.shared);
    if (!open.finished()) {
        task.tell(run.name + (open.resumed() ? ": goes on" : ": begins"));
        if (run.verb == Verb::kSearch) {
            open.search(hooks_of(open, own));
            const WinnerReport& winner = *open.report().winner;
            task.tell(run.name + ": winner " + winner.name + ", score " +
                      score_text(*winner.score, winner.from_table));
            offer.searched();
        }
        if (open.makes_products()) {
            open.products(open.train());
        }
        open.finish();
    }
    take_report(open.report(), report);
}

void failed(BatchRunReport& report, RunStatus status, const std::string& message, bool bad_input) {
    report.status = status;
    report.message = message;
    report.bad_input = bad_input;
}

/// As the program tells a failure from bad input: only the first is worth another attempt.
void attempt(const BatchRun& run, const RunOffer& offer, const Task& task, BatchRunReport& report) {
    try {
        run_to_the_end(run, offer, task, report);
    } catch (const Interrupted&) {
        throw;
    } catch (const NoWorkerLeft&) {
        throw;  // no other run would find one
    } catch (const WorkersLost& error) {
        failed(report, RunStatus::kFailed, error.what(), false);
    } catch (const NothingFits& error) {
        failed(report, RunStatus::kNothingFits, error.what(), false);
    } catch (const DiskFull& error) {
        failed(report, RunStatus::kFailed, error.what(), false);
    } catch (const Error& error) {
        failed(report, RunStatus::kFailed, error.what(), true);
    } catch (const std::bad_alloc&) {
        failed(report, RunStatus::kFailed, "out of memory", false);
    } catch (const std::exception& error) {
        failed(report, RunStatus::kFailed, Error(error.what()).what(), false);
    }
}

}  // namespace

BatchRunReport run_one(const BatchRun& run, const RunOffer& offer, const Task& task) {
    const Stopwatch watch;
    BatchRunReport report;
    report.name = run.name;
    report.settings = run.settings;
    report.directory = offer.directory;
    report.here = true;
    bool again = true;
    while (again) {
        ++report.attempts;
        attempt(run, offer, task, report);
        const bool lost =
            report.status == RunStatus::kFailed && !report.bad_input && !report.report;
        again = lost && report.attempts <= offer.retries;
        if (again) {
            task.tell(run.name + ": failed, tried again (" + std::to_string(report.attempts) +
                      " of " + std::to_string(offer.retries) + "): " + report.message);
        }
    }
    report.seconds = watch.seconds();
    return report;
}

}  // namespace nanonas::pipeline
