// The search loop: asks the strategy, prices, evaluates what fits, journals, tells.
//
// The winner, the order of decisions and every score are the same for any number of workers:
// idle workers only evaluate ahead what the strategy calls likely next.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nas/evaluator.hpp"
#include "nas/journal.hpp"
#include "nas/strategy.hpp"
#include "space/budget.hpp"
#include "space/cost.hpp"
#include "space/search_space.hpp"

namespace nanonas::nas {

/// What a search depends on besides strategy and evaluator.
struct SearchOptions {
    std::uint64_t seed = 1;
    std::size_t workers = 1;  ///< >= 1; one thread per candidate under evaluation
    /// How many of the workers may work now, >= 1, changed by whoever shares the cores out; null:
    /// all of them.
    const std::atomic<int>* share = nullptr;
    /// Of strategies that draw their candidates, see Known::trials; 0: as many as they think right.
    std::int64_t trials = 0;
    space::Budget budget;
    const space::SearchSpace* space = nullptr;  ///< needed
    /// Null: the evaluator alone decides; nothing is built, priced or held to the budget.
    const space::CostModel* cost_model = nullptr;
    Journal* journal = nullptr;               ///< null: nothing is kept
    const std::atomic<bool>* stop = nullptr;  ///< the user's Ctrl-C; may be null
};

/// One decision as it happens.
struct Decided {
    std::size_t index = 0;  ///< from 0
    Decision decision;
    bool replayed = false;        ///< from the journal of an earlier process
    bool speculative = false;     ///< was under evaluation or finished before it was asked for
    double seconds = 0.0;         ///< wall time of its evaluation; 0 when there was none here
    std::optional<Outcome> best;  ///< after this decision
};

/// For displays; each may be empty. Called from any thread, never two at once.
struct SearchHooks {
    std::function<void(const Decided&)> decided;                  ///< in order of decision
    std::function<void(const Trial&, bool speculative)> started;  ///< evaluation begins
    std::function<void(const EvaluationProgress&)> progress;
    std::function<void(const Trial&)> ended;  ///< evaluation finished, failed or cancelled
};

/// What evaluating ahead cost and gained in this process.
struct Speculation {
    std::size_t started = 0;
    std::size_t used = 0;    ///< asked for later
    std::size_t wasted = 0;  ///< started - used; cancelled ones included
    double used_seconds = 0.0;
    double wasted_seconds = 0.0;
};

/// What a search decided, and what that took.
struct SearchResult {
    std::optional<Decision> best;         ///< absent: nothing feasible
    std::vector<std::string> conclusion;  ///< of the strategy, see Strategy::conclusion
    std::vector<Decision> decisions;      ///< in order, replayed ones included
    std::size_t replayed = 0;             ///< decisions taken from the journal
    std::size_t evaluated = 0;            ///< evaluations this process finished and used
    double evaluation_seconds = 0.0;      ///< their summed wall time
    double seconds = 0.0;                 ///< wall time of the call
    Speculation speculation;
};

/// Replays the journal's decisions, then goes on to the strategy's end. `strategy` must be fresh.
///
/// A candidate that cannot be built or priced is a decision with the reason.
/// Throws Interrupted on `stop` (workers ended, journal whole), what the evaluator threw for a
/// candidate that was asked for, IoError from the journal, ConfigError when the journal's
/// decisions are not the strategy's, DataError when a score is not finite. No thread outlives
/// the call.
SearchResult search(Strategy& strategy, Evaluator& evaluator, const SearchOptions& options,
                    const SearchHooks& hooks = {});

}  // namespace nanonas::nas
