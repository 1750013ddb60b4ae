// Whether there is anything to search or to train: bounds, and this machine's memory.
#pragma once

#include <optional>

#include "apps/pipeline/run_spec.hpp"
#include "space/budget.hpp"
#include "space/cost.hpp"
#include "space/errors.hpp"
#include "space/task.hpp"

namespace nanonas::pipeline {

/// No network fits the budget.
class NothingFits : public Error {
  public:
    using Error::Error;
};

/// Whether images are read at all: a table of scores alone needs none.
bool needs_data(const RunSpec& spec);

/// What candidates of a table are priced for; nothing when the table alone decides. Tells which.
std::optional<space::Problem> table_problem(const RunSpec& spec, const space::Budget& budget,
                                            const Task& task);

/// Throws NothingFits, saying by how much, when even the smallest network breaks a bound.
void require_smallest_fits(const space::SearchSpace& space, const space::CostModel& model,
                           const space::Budget& budget);
/// The same for one network.
void require_fits(const space::Candidate& candidate, const space::SearchSpace& space,
                  const space::CostModel& model, const space::Budget& budget);

/// Throws ConfigError when the smallest network's trainings, `workers` at a time, and its final one
/// do not fit in memory; larger ones take more.
void require_search_memory(const RunSpec& spec, const space::Problem& problem, int workers);
void require_training_memory(const RunSpec& spec, const space::Candidate& candidate,
                             const space::Problem& problem);

}  // namespace nanonas::pipeline
