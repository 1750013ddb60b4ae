#include "nas/pricing.hpp"

#include <utility>

#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "space/json/network_json.hpp"

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
            // Of the many that do not fit, the price is enough.
            if (priced.decision.violations.empty()) {
                priced.network = std::move(network);
            }
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

std::string PriceList::architecture(const Candidate& candidate) {
    const Priced& its = priced(candidate);
    return its.network == nullptr ? to_string(candidate)
                                  : checksum(json::to_json(*its.network).dump());
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
