// A search as it is watched: a bar per running candidate under the growing table of decisions.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "apps/nanonas/display.hpp"
#include "nas/search.hpp"

namespace nanonas::app {

class SearchView {
  public:
    /// `priced`: candidates have costs to show. `scored_by_table`: scores are not accuracies.
    SearchView(Display& display, std::vector<space::Axis> axes, bool priced, bool scored_by_table)
        : display_(display),
          axes_(std::move(axes)),
          priced_(priced),
          scored_by_table_(scored_by_table) {}

    nas::SearchHooks hooks();
    std::string heading() const;
    /// Candidates of few axes stand in a column, those of many at the end of their lines.
    bool names_first() const { return axes_.size() <= 3; }
    std::string row(const nas::Decided& decided) const;

  private:
    Display& display_;
    std::vector<space::Axis> axes_;
    bool priced_;
    bool scored_by_table_;
    std::map<nas::Trial, std::vector<double>> done_;  ///< share of each repeat under way
};

}  // namespace nanonas::app
