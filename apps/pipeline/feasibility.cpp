#include "apps/pipeline/feasibility.hpp"

#include "apps/pipeline/memory.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

namespace {

constexpr space::Shape kTableInput = {50, 50, 3};  // NanoNAS's own, for tables without --input
constexpr std::int64_t kTableClasses = 2;

}  // namespace

bool needs_data(const RunSpec& spec) {
    return spec.search.scores.empty() || !spec.search.search_only;
}

std::optional<space::Problem> table_problem(const RunSpec& spec, const space::Budget& budget,
                                            const Task& task) {
    if (!budget.binds() && !spec.data.input) {
        task.tell("no --input and no bound: the table alone decides what is feasible");
        return std::nullopt;
    }
    const space::Problem problem{spec.data.input.value_or(kTableInput),
                                 spec.data.classes.value_or(kTableClasses)};
    task.tell("candidates are priced at " + space::to_string(problem.input) + ", " +
              std::to_string(problem.classes) + " classes" +
              (spec.data.input && spec.data.classes ? "" : " (see --input and --classes)"));
    return problem;
}

void require_smallest_fits(const space::SearchSpace& space, const space::CostModel& model,
                           const space::Budget& budget) {
    const std::vector<space::Axis> axes = space.axes();
    space::Network smallest;
    space::CostReport cost;
    try {
        smallest = space.build(space::lowest(axes));
        cost = model.cost(smallest);
    } catch (const NetworkError&) {
        return;  // the search says why, and tries others
    }
    const auto broken = space::violations(budget, cost);
    if (broken.empty()) {
        return;
    }
    std::string takes = "RAM " + bytes_text(cost.ram_bytes) + ", flash " +
                        bytes_text(cost.flash_bytes) + ", " + grouped(cost.macc) + " MACC";
    if (budget.latency_us) {
        takes += ", " + milliseconds_text(*cost.latency_us);
    }
    if (budget.energy_uj) {
        takes += ", " + grouped(*cost.energy_uj) + " uJ";
    }
    throw NothingFits("no network fits: the smallest, " +
                      space::to_string(space::lowest(axes), axes) + ", takes " + takes + " at " +
                      space::to_string(smallest.input) + "; " + space::to_string(broken));
}

void require_fits(const space::Candidate& candidate, const space::SearchSpace& space,
                  const space::CostModel& model, const space::Budget& budget) {
    const auto broken = space::violations(budget, model.cost(space.build(candidate)));
    if (!broken.empty()) {
        throw NothingFits(space::to_string(candidate, space.axes()) +
                          " does not fit: " + space::to_string(broken));
    }
}

void require_search_memory(const RunSpec& spec, const space::Problem& problem, int workers) {
    const auto space = space_of(spec, problem);
    const space::Network smallest = space->build(space::lowest(space->axes()));
    const auto available = available_bytes();
    if (spec.search.scores.empty()) {
        require_memory(smallest, spec.search.batch, workers, "--search-batch", available);
    }
    if (!spec.search.search_only) {
        require_memory(smallest, spec.training.batch.value_or(kLargestBatch), 1, "--batch",
                       available);
    }
}

void require_training_memory(const RunSpec& spec, const space::Candidate& candidate,
                             const space::Problem& problem) {
    require_memory(space_of(spec, problem)->build(candidate),
                   spec.training.batch.value_or(kLargestBatch), 1, "--batch", available_bytes());
}

}  // namespace nanonas::pipeline
