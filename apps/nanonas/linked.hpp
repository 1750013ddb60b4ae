// The winner linked for its target's core, beside the cost model's figures in a run's summary.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apps/nanonas/options.hpp"
#include "apps/nanonas/resolve.hpp"
#include "export/device/validate.hpp"
#include "space/budget.hpp"

namespace nanonas::app {

/// Children of this program: killed at Ctrl-C.
device::Limits device_limits();

/// --strict: throws ConfigError before any work when the target's core or a tool is missing.
void require_strict(const Config& config, const Platform& platform);

/// The runtime whose program is the C written here, called row by row.
bool prices_rows(const std::string& runtime);

/// "linked" of a summary: the export linked and, when QEMU is here, run on its own vectors. RAM and
/// flash are those of the entry that `runtime` prices, of the frame entry for other programs. Never
/// throws for missing tools or for an export that fails: the document says so under "missing" or
/// "failed".
nlohmann::json link_winner(const Platform& platform, const std::string& runtime,
                           const std::string& c_folder, const exporting::Int8Network& network);

/// Lines for what fails the run: bytes that differ on the emulated core; with --strict also a
/// broken bound and a check that could not be done.
std::vector<std::string> linked_failures(const Config& config, const nlohmann::json& linked);

/// Lines of the summary.
std::string linked_text(const nlohmann::json& linked, const nlohmann::json& cost);

/// "cortex-m4: RAM 41,000 B > 40,960 B by 40 B", one for each bound broken by the linked firmware.
std::vector<std::string> overruns(std::int64_t ram_bytes, std::int64_t flash_bytes,
                                  const space::Budget& budget, const std::string& core);

}  // namespace nanonas::app
