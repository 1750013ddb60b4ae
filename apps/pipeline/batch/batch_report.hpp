// What became of a batch: its runs, and their figures over seeds.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apps/pipeline/batch/plan.hpp"
#include "apps/pipeline/report.hpp"

namespace nanonas::pipeline {

/// How a run of a batch stands.
enum class RunStatus {
    kMissing,      ///< not begun
    kUnfinished,   ///< begun, to be gone on with
    kDone,         ///< finished, all that was made is right
    kFailed,       ///< see the message
    kNothingFits,  ///< a result, too: no network fits the budget
};
/// "done", "nothing fits".
const char* to_string(RunStatus status);

/// One run of a batch.
struct BatchRunReport {
    std::string name;
    Settings settings;
    std::string directory;
    RunStatus status = RunStatus::kMissing;
    std::string message;              ///< why it failed, or what does not fit
    bool bad_input = false;           ///< it failed for what was given: doing it again is in vain
    bool here = false;                ///< this call did it
    std::int64_t attempts = 0;        ///< of this call
    double seconds = 0.0;             ///< wall time of this call
    std::optional<RunReport> report;  ///< of a finished run
};

/// Mean and standard deviation (of a sample, n - 1) over runs that differ in their seeds alone.
struct Spread {
    double mean = 0.0;
    std::optional<double> deviation;  ///< absent: one value
    std::size_t count = 0;
};

/// Runs of one setting of all options but the seed.
struct BatchGroup {
    Settings settings;  ///< without the seed
    std::size_t runs = 0;
    std::map<RunStatus, std::size_t> statuses;
    bool from_table = false;           ///< scores are a table's, no accuracies
    std::vector<std::string> winners;  ///< "(4,3)", each once, in the order of the runs
    /// By name: score, validation_float, validation_int8, test_float, test_int8, ram_bytes,
    /// flash_bytes, macc, latency_us, energy_uj; absent where no run has it.
    std::map<std::string, Spread> figures;
};

/// What the last call that did runs had to do them with.
struct BatchWork {
    double seconds = 0.0;  ///< wall time
    /// Processor time of this process and of programs it started that ended meanwhile: compilers,
    /// emulators, workers that were lost.
    double cpu_seconds = 0.0;
    int threads = 1;
    std::vector<WorkerReport> workers;  ///< those here first; empty: none elsewhere

    /// Of the time that `threads` had.
    double busy() const { return seconds > 0.0 ? cpu_seconds / (seconds * threads) : 0.0; }
};

/// All runs of a batch.
struct BatchReport {
    std::string name;
    std::string directory;
    std::vector<std::string> options;  ///< that vary
    std::vector<BatchRunReport> runs;  ///< in the order of the plan
    bool stopped_early = false;        ///< by the plan's rules for failures
    std::optional<BatchWork> work;     ///< absent: nothing was done yet

    std::size_t count(RunStatus status) const;
};

/// Takes over the report of a finished run: done, or failed with all that did.
void take_report(const RunReport& report, BatchRunReport& run);

/// What a run's report says in figures, by the names of BatchGroup::figures.
std::map<std::string, double> figures_of(const RunReport& report);

/// In the order of their first runs.
std::vector<BatchGroup> groups_of(const BatchReport& report);

}  // namespace nanonas::pipeline
