// How the int8 ranges were found, for summaries.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "apps/nanonas/options.hpp"
#include "export/int8/calibrate.hpp"

namespace nanonas::app {

exporting::CalibrateOptions calibrate_options(const OutputOptions& output);

/// "calibration" of a summary: per layer the range, the method chosen and the signal-to-noise ratio
/// of each method tried (null: without error).
nlohmann::json calibration_json(const exporting::Calibration& calibration,
                                const OutputOptions& output);

/// One row per layer.
std::string calibration_text(const nlohmann::json& calibration);

/// "41.7", or "exact" without error.
std::string decibel_text(const nlohmann::json& sqnr_db);

}  // namespace nanonas::app
