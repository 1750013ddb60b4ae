// The products of a batch: what its runs came to, for spreadsheets, programs and CI.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "apps/pipeline/batch/batch.hpp"

namespace nanonas::pipeline {

/// A row for each run: name, status, the options that vary, winner and figures; RFC 4180.
std::string results_csv(const BatchReport& report);

/// Everything: the runs with their summaries, and the groups over seeds.
nlohmann::json to_json(const BatchReport& report);
nlohmann::json to_json(const BatchSurvey& survey);

/// The form that CI systems read: a run is a test case, a failed one a failure, a missing one
/// skipped.
std::string junit_xml(const BatchReport& report);

/// What results.json of a batch's directory says of it, if anything.
std::optional<BatchWork> earlier_work(const std::string& directory);

/// results.csv, results.json and junit.xml in the batch's directory, each written whole or not at
/// all. Throws IoError.
void write_results(const BatchReport& report);

}  // namespace nanonas::pipeline
