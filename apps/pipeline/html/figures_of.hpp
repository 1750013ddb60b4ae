// What several sections show of a run or a candidate in the same way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/pipeline/html/plot.hpp"
#include "apps/pipeline/html/story.hpp"

namespace nanonas::pipeline::html {

/// A cost beside its bound.
struct NamedFigure {
    const char* name;          ///< "RAM"
    std::string value, limit;  ///< text; limit empty: no bound
    double share = 0.0;        ///< of the limit
};
std::vector<NamedFigure> figures_of(const BudgetReport& cost);

/// A candidate's values by axis: "(4,3)" where all are numbers, else "k 4, head mean".
std::string name_of(const space::Candidate& candidate, const std::vector<space::Axis>& axes);

/// Of each candidate the decision that says most: the one of the highest effort. In the order in
/// which candidates were first decided.
std::vector<const nas::Decision*> last_decisions(const RunStory& story);

/// "over RAM, MACC", or why it is no network.
std::string obstacle_of(const nas::Decision& decision);

bool is_winner(const RunStory& story, const space::Candidate& candidate);
/// As score_text().
std::string score_of(const RunStory& story, double score);

/// Of a chart: accuracies in per cent, a table's scores as they are.
PlotAxis score_axis(const RunStory& story);

}  // namespace nanonas::pipeline::html
