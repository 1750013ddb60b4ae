// What a search has to say at its end: why it ended, what is unspent, how sure it is, what to try.
#pragma once

#include <string>
#include <vector>

#include "apps/pipeline/data_sets.hpp"
#include "apps/pipeline/report.hpp"
#include "nas/search.hpp"

namespace nanonas::pipeline {

/// Sentences, one a line. `cost` is the winner's, null when nothing was priced; `data` null when a
/// table gave the scores.
std::vector<std::string> search_conclusion(const nas::SearchResult& found, const BudgetReport* cost,
                                           const DataSets* data);

}  // namespace nanonas::pipeline
