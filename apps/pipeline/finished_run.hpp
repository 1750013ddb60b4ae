// What a finished run holds, read back.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "apps/pipeline/report.hpp"

namespace nanonas::pipeline {

/// summary.json of the run in `directory`, with the paths as they are now: it may have been copied
/// or moved since. Throws ConfigError for anything but the summary of a run.
nlohmann::json finished_summary(const std::string& directory);
RunReport finished_report(const std::string& directory);

}  // namespace nanonas::pipeline
