// The order in which the generated C makes rows, run without values.
#pragma once

#include "export/native/graph/graph_plan.hpp"

namespace nanonas::exporting {

/// Sets `streamed`, `first` and `next`, the slots and offsets of rings and the bytes of all rows:
/// those of the schedule that takes the fewest.
void schedule(GraphPlan& plan);

}  // namespace nanonas::exporting
