// Threads that evaluate candidates: the one asked for, and ahead of time what may be asked next.
// The unit of work is one repeat of one candidate, so several threads can share a candidate.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "nas/evaluation_task.hpp"
#include "nas/evaluator.hpp"
#include "nas/search.hpp"
#include "space/parallel.hpp"

namespace nanonas::nas {

/// All methods are for one thread, the search loop's.
class EvaluationPool {
  public:
    /// `stop` is the user's, may be null. At most `workers` threads, started when first needed;
    /// without any, wait does the work. `share`: how many of them may work at the moment, may be
    /// null.
    EvaluationPool(Evaluator& evaluator, std::size_t workers, const std::atomic<bool>* stop,
                   SearchHooks hooks, const std::atomic<int>* share = nullptr);
    EvaluationPool(const EvaluationPool&) = delete;
    EvaluationPool& operator=(const EvaluationPool&) = delete;
    ~EvaluationPool() { shut_down(); }

    /// This job's repeats come before all else until it has ended. Whatever of it is under way or
    /// done already is not begun again.
    void ask(const EvaluationJob& job);

    /// What workers do that find nothing left to begin of the job asked for, likeliest first.
    /// Takes the place of the list before: speculation on all others is stopped, which takes
    /// effect soon after; repeats that were done are kept.
    void speculate(const std::vector<EvaluationJob>& likely);

    /// Until the job asked for has ended; nothing when a speculative one ended meanwhile: there may
    /// be something to take, and the list may be worth looking at again. Rethrows what the
    /// evaluator threw, that of the first repeat that failed, and what a hook threw; throws
    /// Interrupted on the user's stop.
    std::optional<FinishedEvaluation> wait();

    /// Speculative evaluations that finished and were not asked for; each is returned once.
    std::vector<FinishedEvaluation> take_finished();

    /// Cancels everything and joins every thread.
    void shut_down();

    std::size_t speculations_started() const;
    /// Complete after shut_down only.
    double speculative_seconds() const;

  private:
    using TaskPointer = std::shared_ptr<EvaluationTask>;
    struct Unit {
        TaskPointer task;
        std::size_t repeat = 0;
    };

    std::size_t share() const;
    TaskPointer task_of(const EvaluationJob& job);
    void start_threads();
    std::optional<Unit> next_unit();
    void work();
    /// Unlocked meanwhile. Does not throw.
    void do_unit(const Unit& unit, std::unique_lock<std::mutex>& lock);
    Evaluation run(EvaluationTask& task, std::size_t repeat) const;
    void settle(EvaluationTask& task, std::size_t number, Evaluation evaluation,
                std::exception_ptr error, double seconds);
    void leave(EvaluationTask& task);

    Evaluator& evaluator_;
    const std::size_t workers_;
    const std::atomic<bool>* const stop_;
    const SearchHooks hooks_;
    const std::atomic<int>* const share_;

    mutable std::mutex mutex_;  ///< guards all below
    std::condition_variable queued_;
    std::condition_variable ended_;
    std::map<Trial, TaskPointer> tasks_;
    TaskPointer asked_;
    std::vector<TaskPointer> likely_;
    std::size_t running_ = 0;
    bool shutting_down_ = false;
    bool speculation_ended_ = false;  ///< since wait last said so
    double speculative_seconds_ = 0.0;
    std::size_t speculations_started_ = 0;
    std::exception_ptr hook_failure_;  ///< of the first hook that threw
    ThreadGroup threads_;
};

}  // namespace nanonas::nas
