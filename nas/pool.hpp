// Pool: evaluates candidates for the search loop, the one asked for and ahead of time what may be
// asked next.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "nas/evaluation_task.hpp"

namespace nanonas::nas {

/// All methods are for one thread, the search loop's.
class Pool {
  public:
    virtual ~Pool() = default;

    /// This job's repeats come before all else until it has ended. Whatever of it is under way or
    /// done already is not begun again.
    virtual void ask(const EvaluationJob& job) = 0;

    /// What workers do that find nothing left to begin of the job asked for, likeliest first.
    /// Takes the place of the list before: speculation on all others is stopped, which takes
    /// effect soon after; repeats that were done are kept.
    virtual void speculate(const std::vector<EvaluationJob>& likely) = 0;

    /// Until the job asked for has ended; nothing when a speculative one ended meanwhile: there may
    /// be something to take, and the list may be worth looking at again. Rethrows what the
    /// evaluator threw, that of the first repeat that failed, and what a hook threw; throws
    /// Interrupted on the user's stop.
    virtual std::optional<FinishedEvaluation> wait() = 0;

    /// Speculative evaluations that finished and were not asked for; each is returned once.
    virtual std::vector<FinishedEvaluation> take_finished() = 0;

    /// Cancels everything.
    virtual void shut_down() = 0;

    virtual std::size_t speculations_started() const = 0;
    /// Complete after shut_down only.
    virtual double speculative_seconds() const = 0;
};

}  // namespace nanonas::nas
