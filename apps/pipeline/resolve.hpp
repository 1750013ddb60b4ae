// What the options mean on this machine: bounds, defaults, where the shipped configs are.
#pragma once

#include <memory>
#include <string>

#include "apps/pipeline/run_spec.hpp"
#include "space/budget.hpp"

namespace nanonas::pipeline {

/// "targets" or "searches": beside the shared library that this is a part of (configs), beside the
/// executable (../../configs, ../share/nanonas/configs), else in the source tree this was built
/// from.
std::string configs_folder(const std::string& name);

/// The file of that name where there is one, else the shipped one: configs/FOLDER/NAME with the
/// ending.
std::string shipped_file(const std::string& name, const std::string& folder,
                         const std::string& ending);

/// The file meant by --config: itself, or a shipped search of that name ("fashion-mnist").
std::string config_file(const std::string& name);

/// What the network is for.
struct Platform {
    space::Budget budget;  ///< the target's bounds under the explicit ones
    space::Device device;  ///< the target's core, clock and power; empty without a target
};

/// Reads the target files; a verb asks once and hands the answer on. Throws ConfigError for an
/// unknown target.
Platform resolve_platform(const BudgetOptions& options);

/// The cost model of the options' runtime on that device; `labels` as in space::Device. Throws
/// ConfigError when latency or energy is bounded and the two cannot tell it.
std::unique_ptr<space::CostModel> resolve_cost_model(const BudgetOptions& options,
                                                     const space::Device& device,
                                                     const std::vector<std::string>& labels = {});

/// "RAM 40,960 B (40.0 KiB), flash ..., MACC ..." or "no bound".
std::string budget_text(const space::Budget& budget);

/// Fills what was left open (engine, runtime) and makes paths absolute, so that the config alone
/// repeats the run from any folder.
void resolve_defaults(RunSpec& spec);

/// What --workers says, else one per core.
int worker_count(const RunSpec& spec);

/// A short name of the data: the folder's, or its parent's when it is called train.
std::string dataset_name(const RunSpec& spec);

}  // namespace nanonas::pipeline
