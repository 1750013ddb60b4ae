#include "apps/pipeline/report.hpp"

namespace nanonas::pipeline {

WinnerReport winner_report(const space::Candidate& candidate,
                           const std::vector<space::Axis>& axes) {
    WinnerReport winner;
    winner.name = space::to_string(candidate, axes);
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const space::Axis& axis = axes[i];
        const std::int64_t value = candidate.at.at(i);
        if (axis.names(value)) {
            winner.point[axis.name] = space::value_text(axis, value);
        } else {
            winner.point[axis.name] = value;
        }
    }
    return winner;
}

BudgetReport budget_report(const space::CostReport& cost, const std::string& basis,
                           const space::Budget& budget) {
    BudgetReport report;
    report.runtime = cost.runtime;
    report.basis = basis;
    report.ram_bytes = {cost.ram_bytes, budget.ram_bytes};
    report.flash_bytes = {cost.flash_bytes, budget.flash_bytes};
    report.macc = {cost.macc, budget.macc};
    report.instructions = cost.instructions;
    if (cost.latency_us) {
        report.latency_us = Figure{*cost.latency_us, budget.latency_us};
    }
    if (cost.energy_uj) {
        report.energy_uj = Figure{*cost.energy_uj, budget.energy_uj};
    }
    return report;
}

BudgetReport budget_report(const space::Network& network, const space::CostModel& model,
                           const space::Budget& budget) {
    return budget_report(model.cost(network), model.basis(), budget);
}

}  // namespace nanonas::pipeline
