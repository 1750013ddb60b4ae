#include "nas/pricing.hpp"

#include <utility>

#include "space/errors.hpp"

namespace nanonas::nas {

const Priced& PriceList::priced(const Candidate& candidate) {
    const auto found = prices_.find(candidate);
    if (found != prices_.end()) {
        return found->second;
    }
    Priced priced;
    priced.decision.candidate = candidate;
    if (options_.cost_model != nullptr) {
        try {
            auto network = std::make_shared<const space::Network>(options_.space->build(candidate));
            const space::CostReport cost = options_.cost_model->cost(*network);
            priced.decision.cost = {cost.ram_bytes, cost.flash_bytes, cost.macc};
            priced.decision.violations = violations(options_.budget, cost);
            priced.network = std::move(network);
        } catch (const Error& error) {
            priced.decision.reason = error.what();
        }
    }
    return prices_.emplace(candidate, std::move(priced)).first->second;
}

Priced PriceList::of(const Trial& trial, std::uint64_t seed) {
    Priced its = priced(trial.candidate);
    its.decision.effort = trial.effort;
    its.decision.seed = seed;
    return its;
}

bool PriceList::fits(const Candidate& candidate) {
    return priced(candidate).fits() && evaluator_.knows(candidate);
}

Decision decision_of(const Priced& priced, const Evaluation& evaluation) {
    Decision decision = priced.decision;
    if (evaluation.infeasible) {
        decision.reason =
            evaluation.infeasible->empty() ? "unknown to the evaluator" : *evaluation.infeasible;
        return decision;
    }
    decision.score = evaluation.score;
    decision.curve = evaluation.curve;
    if (evaluation.repeats.size() > 1) {
        decision.repeats = evaluation.repeats;
    }
    return decision;
}

}  // namespace nanonas::nas
