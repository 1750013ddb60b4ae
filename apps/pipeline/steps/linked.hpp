// The winner linked for its target's core, beside the cost model's figures.
#pragma once

#include <string>
#include <vector>

#include "apps/pipeline/device_report.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/run_spec.hpp"
#include "space/task.hpp"

namespace nanonas::pipeline {

/// For the programs that are started: killed when the task is to stop.
device::Limits device_limits(const Task& task);

/// --strict: throws ConfigError before any work when the target's core or a tool is missing.
void require_strict(const RunSpec& spec, const Platform& platform, const Task& task);

/// The runtime is the C written here.
bool is_native(const std::string& runtime);
/// The runtime whose program is the C written here, called row by row.
bool prices_rows(const std::string& runtime);

/// The export linked and, when QEMU is here, run on its own vectors. The bounds are held against
/// the entry that `runtime` prices, the frame entry for other programs. Never throws for missing
/// tools or for an export that fails: the report says so under `missing` or `failed`.
LinkedReport link_winner(const Platform& platform, const std::string& runtime,
                         const std::string& c_folder, const exporting::Int8Network& network,
                         const Task& task);

/// Sentences for what fails the run: bytes that differ on the emulated core; with `strict` also a
/// broken bound and a check that could not be done.
std::vector<std::string> linked_failures(const LinkedReport& linked, bool strict);

}  // namespace nanonas::pipeline
