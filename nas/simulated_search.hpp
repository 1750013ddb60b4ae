// How long a search would take with so many workers: its own loop and its own choice of what is
// begun next, in the time that the evaluations are said to take.
#pragma once

#include "nas/search.hpp"

namespace nanonas::nas {

/// What search() would return, in simulated seconds: each repeat takes its Evaluation::seconds,
/// everything else takes none, and what is cancelled ends at once. The same arguments give the same
/// answer. `evaluator` is called when a repeat begins, by this thread, one at a time. Of `options`,
/// `share` plays no part; of the hooks, `decided` alone.
SearchResult simulate_search(Strategy& strategy, Evaluator& evaluator, const SearchOptions& options,
                             const SearchHooks& hooks = {});

}  // namespace nanonas::nas
