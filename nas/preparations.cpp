#include "nas/preparations.hpp"

#include <utility>

#include "space/errors.hpp"

namespace nanonas::nas {

const Prepared& Preparations::prepared(const Candidate& candidate) {
    const auto found = prepared_.find(candidate);
    if (found != prepared_.end()) {
        return found->second;
    }
    Prepared prepared;
    prepared.decision.candidate = candidate;
    if (options_.cost_model != nullptr) {
        try {
            auto network = std::make_shared<const space::Network>(options_.space->build(candidate));
            const space::CostReport cost = options_.cost_model->cost(*network);
            prepared.decision.cost = {cost.ram_bytes, cost.flash_bytes, cost.macc};
            prepared.decision.violations = violations(options_.budget, cost);
            prepared.network = std::move(network);
        } catch (const Error& error) {
            prepared.decision.reason = error.what();
        }
    }
    return prepared_.emplace(candidate, std::move(prepared)).first->second;
}

Prepared Preparations::of(const Trial& trial, std::uint64_t seed) {
    Prepared its = prepared(trial.candidate);
    its.decision.effort = trial.effort;
    its.decision.seed = seed;
    return its;
}

bool Preparations::fits(const Candidate& candidate) {
    return prepared(candidate).fits() && evaluator_.knows(candidate);
}

Decision decision_of(const Prepared& prepared, const Evaluation& evaluation) {
    Decision decision = prepared.decision;
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
