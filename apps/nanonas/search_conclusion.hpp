// What a search has to say at its end: why it ended, what is unspent, how sure it is, what to try.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "apps/nanonas/data_sets.hpp"
#include "nas/search.hpp"

namespace nanonas::app {

/// Sentences, one a line. `cost` is cost_json of the winner, null when nothing was priced; `data`
/// is absent when a table gave the scores.
std::vector<std::string> search_conclusion(const nas::SearchResult& found,
                                           const nlohmann::json& cost,
                                           const std::optional<DataSets>& data);

}  // namespace nanonas::app
