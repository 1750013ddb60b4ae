// Whole searches and trainings, side by side.
#pragma once

#include "apps/nanonas/session.hpp"

namespace nanonas::app {

/// The whole search with each engine. Each returns the exit code.
int bench_search(Session& session);
/// One worker and all of them in turn, and how much the machine could give.
int bench_workers(Session& session);
/// The engines from the same seeds: the accuracies they reach.
int bench_learning(Session& session);
/// The search with 2 to 256 workers in simulated time.
int bench_scaling(Session& session);

}  // namespace nanonas::app
