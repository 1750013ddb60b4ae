// Candidates built and priced before anything is evaluated, each once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "nas/evaluator.hpp"
#include "nas/search.hpp"

namespace nanonas::nas {

/// A candidate built and priced; without violations or a reason it may be evaluated.
struct Prepared {
    Decision decision;
    std::shared_ptr<const space::Network> network;

    bool fits() const { return decision.violations.empty() && decision.reason.empty(); }
};

class Preparations {
  public:
    /// `options` and `evaluator` must outlive it.
    Preparations(const SearchOptions& options, const Evaluator& evaluator)
        : options_(options), evaluator_(evaluator) {}

    /// The trial as far as it is decided without training.
    Prepared of(const Trial& trial, std::uint64_t seed);
    /// Whether the candidate may be evaluated.
    bool fits(const Candidate& candidate);

  private:
    const Prepared& prepared(const Candidate& candidate);

    const SearchOptions& options_;
    const Evaluator& evaluator_;
    std::map<Candidate, Prepared> prepared_;
};

/// What becomes of a candidate that was evaluated.
Decision decision_of(const Prepared& prepared, const Evaluation& evaluation);

}  // namespace nanonas::nas
