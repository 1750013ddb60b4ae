// Reports of linked and emulated firmware as JSON.
#pragma once

#include <nlohmann/json.hpp>

#include "apps/pipeline/device_report.hpp"

namespace nanonas::pipeline {

nlohmann::json to_json(const LinkedReport& linked);
nlohmann::json to_json(const CoreReport& report);
nlohmann::json to_json(const device::Mismatch& compared);
nlohmann::json to_json(const ValidateReport& report);

/// What to_json() made. Throws nlohmann::json::exception for anything else.
LinkedReport read_linked(const nlohmann::json& value);

}  // namespace nanonas::pipeline
