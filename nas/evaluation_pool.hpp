// Threads that evaluate candidates: the one asked for, and ahead of time what may be asked next.
// The unit of work is one repeat of one candidate, so several threads can share a candidate.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <vector>

#include "nas/evaluation_queue.hpp"
#include "nas/evaluator.hpp"
#include "nas/pool.hpp"
#include "nas/search.hpp"
#include "space/parallel.hpp"

namespace nanonas::nas {

class EvaluationPool final : public Pool {
  public:
    /// `stop` is the user's, may be null. At most `workers` threads, started when first needed;
    /// without any, wait does the work. `share`: how many of them may work at the moment, may be
    /// null.
    EvaluationPool(Evaluator& evaluator, std::size_t workers, const std::atomic<bool>* stop,
                   SearchHooks hooks, const std::atomic<int>* share = nullptr);
    EvaluationPool(const EvaluationPool&) = delete;
    EvaluationPool& operator=(const EvaluationPool&) = delete;
    ~EvaluationPool() override { join(); }

    void ask(const EvaluationJob& job) override;
    void speculate(const std::vector<EvaluationJob>& likely) override;
    std::optional<FinishedEvaluation> wait() override;
    std::vector<FinishedEvaluation> take_finished() override;
    /// Joins every thread.
    void shut_down() override { join(); }
    std::size_t speculations_started() const override;
    double speculative_seconds() const override;

  private:
    using Unit = EvaluationQueue::Unit;

    std::size_t share() const;
    void start_threads();
    void join();
    void work();
    /// Unlocked meanwhile. Does not throw.
    void do_unit(const Unit& unit, std::unique_lock<std::mutex>& lock);
    Evaluation run(EvaluationTask& task, std::size_t repeat) const;

    Evaluator& evaluator_;
    const std::size_t workers_;
    const std::atomic<bool>* const stop_;
    const SearchHooks hooks_;
    const std::atomic<int>* const share_;

    mutable std::mutex mutex_;  ///< guards all below
    std::condition_variable queued_;
    std::condition_variable ended_;
    EvaluationQueue queue_;
    bool shutting_down_ = false;
    std::exception_ptr hook_failure_;  ///< of the first hook that threw
    ThreadGroup threads_;
};

}  // namespace nanonas::nas
