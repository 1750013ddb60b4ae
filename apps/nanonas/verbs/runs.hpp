// What the verbs that make a run have in common.
#pragma once

#include "apps/nanonas/session.hpp"
#include "apps/pipeline/run.hpp"

namespace nanonas::app {

/// From now on the run is what an interruption names and where the log goes.
void began(Session& session, const pipeline::Run& run);

/// Trains the winner and makes its products, unless only a search was wanted, and closes the run.
/// Returns the exit code.
int conclude(Session& session, pipeline::Run& run);

/// Prints the summary of a run that an earlier process finished. Returns the exit code.
int show_finished(Session& session, const pipeline::Run& run);

}  // namespace nanonas::app
