// Strategy: what to try next. Asked for a candidate, told its outcome, one at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "space/cell_space.hpp"

namespace nanonas::nas {

using space::Candidate;

/// No score: infeasible (over budget, too deep, or unknown to the evaluator).
struct Outcome {
    Candidate candidate;
    std::optional<double> score;
};

class Strategy {
  public:
    virtual ~Strategy() = default;
    virtual std::string name() const = 0;
    /// The next candidate, or nothing when the search is over. Repeats its answer until told.
    virtual std::optional<Candidate> ask() = 0;
    /// The outcome of the candidate last asked for.
    virtual void tell(const Outcome& outcome) = 0;
    /// Best so far; nothing while no feasible candidate was told.
    virtual std::optional<Outcome> best() const = 0;
    /// Candidates likely to be asked for after the current one, likeliest first, at most `count`;
    /// a hint for idle workers that never changes the answer.
    virtual std::vector<Candidate> likely_next(std::size_t count) const = 0;
};

std::vector<std::string> strategy_names();
/// Throws ConfigError naming the known strategies.
std::unique_ptr<Strategy> make_strategy(const std::string& name);

}  // namespace nanonas::nas
