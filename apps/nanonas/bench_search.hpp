// The whole search with each engine and with one worker and all, side by side.
#pragma once

#include "apps/nanonas/session.hpp"

namespace nanonas::app {

/// Returns the exit code.
int bench_search(Session& session);

}  // namespace nanonas::app
