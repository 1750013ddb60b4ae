// Many searches in one file.
//
//     verb: search                     # or train: the networks that arch names
//     name: boards                     # of the directory runs/boards; without it the file's name
//     base: fashion-mnist              # a config file, or a shipped one by name
//     defaults: {epochs: 50}           # options for every run, over those of base
//     matrix:                          # a run for each combination, the last axis changing fastest
//       target: [rp2040, stm32l412kb]
//       seed: [1, 2, 3]
//     exclude: [{target: rp2040, seed: 3}]
//     include: [{target: stm32f746, seed: 1}]
//     run: {max-parallel: 2, on-failure: continue, retries: 1, max-consecutive-failures: 3}
//
// Names and values are those of the option table; paths are relative to the folder the program is
// started in, as in config files.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "apps/pipeline/option_table.hpp"
#include "apps/pipeline/run_spec.hpp"

namespace nanonas::pipeline {

/// Options by name with their text, in order.
using Settings = std::vector<std::pair<std::string, std::string>>;
/// Empty where the option is not among them.
std::string setting_of(const Settings& settings, const std::string& option);

/// An option that varies.
struct PlanAxis {
    std::string option;
    std::vector<std::string> values;  ///< at least one
};

/// How runs are done, which changes no answer.
struct RunPolicy {
    std::int64_t max_parallel = 0;              ///< 0: as many as there are workers
    bool stop_on_failure = false;               ///< no run is begun after one that failed
    std::int64_t retries = 0;                   ///< of a run that failed, unless its input is bad
    std::int64_t max_consecutive_failures = 0;  ///< none is begun after so many; 0: no limit
};

/// What a plan says.
struct BatchPlan {
    std::string file;  ///< for messages
    std::string name;
    Verb verb = Verb::kSearch;  ///< or kTrain
    std::string base;           ///< config file; empty: none
    Settings defaults;
    std::vector<PlanAxis> matrix;
    std::vector<Settings> exclude;  ///< each names axes of the matrix
    std::vector<Settings> include;
    RunPolicy run;
    std::vector<std::string> configs;  ///< a plain list of config files in place of all above
};

/// Every value is checked by its option. Throws ConfigError naming file, line and key, IoError.
BatchPlan read_plan(const std::string& file);

/// A plan, which stands alone, or config files of one search each; both also shipped ones by name
/// (configs/batches, configs/searches).
BatchPlan plan_of_files(const std::vector<std::string>& files);

/// "seed=1,2" puts other values in the place of an axis's. Throws ConfigError.
void override_axis(BatchPlan& plan, const std::string& text);

/// One run of a plan.
struct BatchRun {
    std::string name;   ///< "target=rp2040,seed=2"
    Settings settings;  ///< that tell it from the others
    RunSpec spec;       ///< resolved
    Verb verb = Verb::kSearch;
};

/// Of one plan.
constexpr std::int64_t kMostRuns = 10'000;

/// In the order of the matrix, then the included ones. Throws ConfigError for two runs of one name,
/// options that do not go together, more than kMostRuns.
std::vector<BatchRun> expand(const BatchPlan& plan);

/// The axes of the matrix, then further options that included runs name.
std::vector<std::string> varying_options(const BatchPlan& plan);

/// "target=rp2040,seed=2": a folder's name, whatever the values are; the plan's name for none.
std::string run_name(const BatchPlan& plan, const Settings& settings);

/// The same text for values of an option that mean the same. Throws ConfigError.
std::string canonical_value(const std::string& option, const std::string& text);

}  // namespace nanonas::pipeline
