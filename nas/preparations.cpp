#include "nas/preparations.hpp"

#include <utility>

#include "space/errors.hpp"

namespace nanonas::nas {

const Prepared& Preparations::of(const Candidate& candidate, std::uint64_t seed) {
    const auto found = prepared_.find(candidate);
    if (found != prepared_.end()) {
        return found->second;
    }
    Prepared prepared;
    prepared.decision.candidate = candidate;
    prepared.decision.seed = seed;
    if (options_.space) {
        const std::int64_t deepest = options_.space->deepest();
        if (candidate.c > deepest) {
            prepared.decision.reason = "cells: a " + to_string(options_.space->input) +
                                       " input takes at most " + std::to_string(deepest) + " cells";
        } else {
            try {
                auto network =
                    std::make_shared<const space::Network>(options_.space->build(candidate));
                const space::CostReport cost = options_.cost_model->cost(*network);
                prepared.decision.cost = {cost.ram_bytes, cost.flash_bytes, cost.macc};
                prepared.decision.violations = violations(options_.budget, cost);
                prepared.network = std::move(network);
            } catch (const NetworkError& error) {
                prepared.decision.reason = error.what();
            }
        }
    }
    return prepared_.emplace(candidate, std::move(prepared)).first->second;
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
    return decision;
}

}  // namespace nanonas::nas
