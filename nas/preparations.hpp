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
    /// `options` must outlive it.
    explicit Preparations(const SearchOptions& options) : options_(options) {}

    /// Valid until it is forgotten. What cannot be built or priced is infeasible for that reason.
    const Prepared& of(const Candidate& candidate, std::uint64_t seed);
    void forget(const Candidate& candidate) { prepared_.erase(candidate); }

  private:
    const SearchOptions& options_;
    std::map<Candidate, Prepared> prepared_;
};

/// What becomes of a candidate that was evaluated.
Decision decision_of(const Prepared& prepared, const Evaluation& evaluation);

}  // namespace nanonas::nas
