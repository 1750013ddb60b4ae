// The search of NanoNAS (Garavagno et al., IEEE Sensors Letters 2024).
#pragma once

#include "nas/strategy.hpp"

namespace nanonas::nas {

/// For spaces of two numbers, k and c in "cells", from the low end of both. For each k, adds cells
/// as long as the score strictly rises; then adds a kernel, as long as the best of the new k is
/// strictly better than the best before. A tie or an infeasible candidate stops the cells; a k
/// whose (k,0) is infeasible has no best and ends the search.
///
/// The published loop starts from sentinels below every accuracy; here any finite feasible score
/// ranks above infeasible, so tables of losses or percentages work too.
class NanoNas : public Strategy {
  public:
    std::string name() const override { return "nanonas"; }
    std::int64_t repeats() const override { return 3; }
    void begin(const Known& known) override;
    std::optional<Trial> ask() override;
    void tell(const Outcome& outcome) override;
    std::optional<Outcome> best() const override;
    std::vector<Trial> likely_next(std::size_t count) const override;

  private:
    /// The candidate one step further along an axis.
    Candidate after(Candidate candidate, std::size_t axis) const;
    /// The first of the k that is `steps` after the one under way.
    Candidate first_of(std::int64_t steps) const;

    std::vector<space::Axis> axes_;
    bool done_ = false;
    Candidate asked_;
    std::optional<Outcome> best_;        ///< over the ks that are finished
    std::optional<Outcome> best_of_k_;   ///< of the k under way: its last candidate but one
    std::optional<std::int64_t> depth_;  ///< best c of the k before: where this one may stop too
};

}  // namespace nanonas::nas
