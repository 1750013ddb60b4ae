// Candidates built and priced before anything is evaluated, each once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "nas/evaluator.hpp"
#include "nas/search.hpp"

namespace nanonas::nas {

/// A candidate built and priced; without violations or a reason it may be evaluated.
struct Priced {
    Decision decision;
    std::shared_ptr<const space::Network> network;

    bool fits() const { return decision.violations.empty() && decision.reason.empty(); }
};

class PriceList {
  public:
    /// `options` and `evaluator` must outlive it.
    PriceList(const SearchOptions& options, const Evaluator& evaluator)
        : options_(options), evaluator_(evaluator) {}

    /// The trial as far as it is decided without training.
    Priced of(const Trial& trial, std::uint64_t seed);
    /// Whether the candidate may be evaluated.
    bool fits(const Candidate& candidate);
    /// Equal texts, equal networks; of candidates that fit.
    std::string architecture(const Candidate& candidate);

  private:
    const Priced& priced(const Candidate& candidate);

    const SearchOptions& options_;
    const Evaluator& evaluator_;
    std::map<Candidate, Priced> prices_;
};

/// What becomes of a candidate that was evaluated.
Decision decision_of(const Priced& priced, const Evaluation& evaluation);

}  // namespace nanonas::nas
