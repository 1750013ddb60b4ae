// What a run is: its options and the contents of its data, wherever they lie.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "apps/pipeline/data_sets.hpp"
#include "apps/pipeline/option_table.hpp"

namespace nanonas::pipeline {

/// The value of one option as JSON, from the text that it shows.
nlohmann::json option_value(const Option& option, const std::string& text);

/// The options that decide the answer, with the texts that they show; none for those not set.
std::vector<std::pair<const Option*, std::string>> deciding_options(const RunSpec& spec, Verb verb);

/// The options that decide the answer, typed, by name; what `config.json` holds.
nlohmann::json config_json(const RunSpec& spec, Verb verb);

/// Descriptions and fingerprints of what is read; what `data.json` holds. `data` may be null;
/// `scores` is the file of a score table, or empty.
nlohmann::json data_json(const DataSets* data, const std::string& scores);

/// Whether an option names a place whose contents decide, not its name: data, test, scores.
bool names_a_place(const std::string& option);

/// Whether a data.json is of the same data as an earlier one, wherever they lay.
bool same_data(const nlohmann::json& before, nlohmann::json now);

/// Of config_json and data_json, without their places.
std::string run_fingerprint(const nlohmann::json& config, const nlohmann::json& data);
/// That of the run in `directory`, from its two files. Throws IoError and ConfigError.
std::string run_fingerprint(const std::string& directory);
/// As earlier versions formed it: with the places.
std::string run_fingerprint_with_places(const nlohmann::json& config, const nlohmann::json& data);

}  // namespace nanonas::pipeline
