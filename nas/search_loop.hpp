// The search loop over any pool.
#pragma once

#include "nas/pool.hpp"
#include "nas/search.hpp"

namespace nanonas::nas {

/// As search(), which says what is thrown; evaluations are `pool`'s, and `seconds` is left to who
/// knows its time. `hooks` as they were given to the pool.
SearchResult run_search_loop(Strategy& strategy, const Evaluator& evaluator,
                             const SearchOptions& options, const SearchHooks& hooks, Pool& pool);

}  // namespace nanonas::nas
