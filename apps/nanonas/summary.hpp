// The closing table of a run, printed from the same document that summary.json holds.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "space/cost.hpp"
#include "space/search_space.hpp"

namespace nanonas::app {

/// The "winner" part: its name, and a value for each axis.
nlohmann::json winner_json(const space::Candidate& candidate, const std::vector<space::Axis>& axes);

std::string summary_text(const nlohmann::json& summary);

/// The "cost" part: value, limit and share of each bound.
std::string cost_text(const nlohmann::json& cost);

/// One row per true class, its index and label first.
std::string confusion_text(const std::vector<std::vector<std::int64_t>>& confusion,
                           const std::vector<std::string>& labels);

/// Rows of cells, each printable (space/printable.hpp), as aligned columns; the first `left`
/// columns to the left, the others to the right.
std::string table(std::vector<std::vector<std::string>> rows, const std::string& indent,
                  std::size_t left = 1);

}  // namespace nanonas::app
