// The reports of single verbs as JSON: what --json prints.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "apps/pipeline/verbs/evaluate.hpp"
#include "apps/pipeline/verbs/export.hpp"
#include "apps/pipeline/verbs/predict.hpp"
#include "apps/pipeline/verbs/profile.hpp"
#include "apps/pipeline/verbs/report.hpp"
#include "apps/pipeline/verbs/track.hpp"

namespace nanonas::pipeline {

nlohmann::json to_json(const EvaluationReport& report);
nlohmann::json to_json(const ExportReport& report);
nlohmann::json to_json(const FilePredictions& predictions);
nlohmann::json to_json(const ProfileReport& report);
nlohmann::json to_json(const WrittenPage& page);
nlohmann::json to_json(const std::vector<TrackedRun>& tracked);

}  // namespace nanonas::pipeline
