// The reports of single verbs as JSON: what --json prints.
#pragma once

#include <nlohmann/json.hpp>

#include "apps/pipeline/verbs/evaluate.hpp"
#include "apps/pipeline/verbs/export.hpp"
#include "apps/pipeline/verbs/profile.hpp"

namespace nanonas::pipeline {

nlohmann::json to_json(const EvaluationReport& report);
nlohmann::json to_json(const ExportReport& report);
nlohmann::json to_json(const ProfileReport& report);

}  // namespace nanonas::pipeline
