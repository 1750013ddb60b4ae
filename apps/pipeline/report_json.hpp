// Reports as JSON: what summary.json holds and --json prints.
#pragma once

#include <nlohmann/json.hpp>

#include "apps/pipeline/report.hpp"

namespace nanonas::pipeline {

nlohmann::json to_json(const RunReport& report);
nlohmann::json to_json(const BudgetReport& cost);
nlohmann::json to_json(const AccuracyReport& accuracy);
nlohmann::json to_json(const Int8LossReport& loss);
nlohmann::json to_json(const CCheck& check);
nlohmann::json to_json(const WorkerReport& worker);

/// What to_json() made, of this version or an earlier one. Throws nlohmann::json::exception for
/// anything else.
RunReport read_run_report(const nlohmann::json& value);
/// The same of a part; what is absent is as when nothing was checked.
CCheck read_c_check(const nlohmann::json& value);
WorkerReport read_worker(const nlohmann::json& value);

}  // namespace nanonas::pipeline
