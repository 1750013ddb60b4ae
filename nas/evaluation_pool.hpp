// Threads that evaluate candidates: the one asked for, and ahead of time what may be asked next.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "nas/evaluator.hpp"
#include "nas/search.hpp"

namespace nanonas::nas {

struct EvaluationJob {
    Candidate candidate;
    std::shared_ptr<const space::Network> network;  ///< may be null
    std::uint64_t seed = 0;
};

struct FinishedEvaluation {
    Candidate candidate;
    Evaluation evaluation;
    double seconds = 0.0;
    bool speculative = false;  ///< begun before it was asked for
};

/// All methods are for one thread, the search loop's.
class EvaluationPool {
  public:
    /// `stop` is the user's, may be null. At most `workers` threads, started when first needed.
    EvaluationPool(Evaluator& evaluator, std::size_t workers, const std::atomic<bool>* stop,
                   SearchHooks hooks);
    EvaluationPool(const EvaluationPool&) = delete;
    EvaluationPool& operator=(const EvaluationPool&) = delete;
    ~EvaluationPool() { shut_down(); }

    /// Makes sure that this job is under way or finished; true when it already was.
    bool ask(const EvaluationJob& job);
    void speculate(const EvaluationJob& job);

    /// Under evaluation, finished and not taken, failed, or cancelled and not yet ended.
    bool has(const Candidate& candidate) const;
    bool has_idle_worker() const;

    /// Stops speculation on all others; it ends soon after, and is forgotten.
    void cancel_all_but(const std::vector<Candidate>& likely);

    /// Until the job asked for has ended; nothing when a speculative one ended meanwhile: there may
    /// be something to take, and a worker is idle. Rethrows what the evaluator threw; throws
    /// Interrupted on the user's stop.
    std::optional<FinishedEvaluation> wait(const Candidate& asked);

    /// Speculative evaluations that finished and were not asked for; each is returned once.
    std::vector<FinishedEvaluation> take_finished();

    /// Cancels everything and joins every thread.
    void shut_down();

    std::size_t speculations_started() const { return speculations_started_; }
    /// Complete after shut_down only.
    double speculative_seconds() const;

  private:
    struct Task {
        EvaluationJob job;
        bool speculative = false;
        bool asked = false;
        bool cancelled = false;
        std::atomic<bool> stop{false};
        std::optional<Evaluation> evaluation;
        std::exception_ptr error;
        double seconds = 0.0;

        bool ended() const { return evaluation.has_value() || error != nullptr; }
    };

    void enqueue(std::shared_ptr<Task> task);
    void work();
    Evaluation run(const Task& task, bool speculative);
    void settle(const std::shared_ptr<Task>& task, std::optional<Evaluation> evaluation,
                std::exception_ptr error, double seconds);

    Evaluator& evaluator_;
    const std::size_t workers_;
    const std::atomic<bool>* const stop_;
    const SearchHooks hooks_;

    mutable std::mutex mutex_;  ///< guards all below
    std::condition_variable queued_;
    std::condition_variable ended_;
    std::map<Candidate, std::shared_ptr<Task>> tasks_;
    std::deque<std::shared_ptr<Task>> queue_;
    std::size_t busy_ = 0;  ///< queued or running
    bool shutting_down_ = false;
    bool speculation_ended_ = false;  ///< since wait last said so
    double speculative_seconds_ = 0.0;
    std::size_t speculations_started_ = 0;
    std::vector<std::thread> threads_;
};

}  // namespace nanonas::nas
