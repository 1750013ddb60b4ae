// Which repeat of which candidate is begun next, and what became of those begun: the rules of every
// pool, without threads and without time.
#pragma once

#include <cstddef>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "nas/evaluation_task.hpp"
#include "nas/evaluator.hpp"

namespace nanonas::nas {

class EvaluationQueue {
  public:
    using TaskPointer = std::shared_ptr<EvaluationTask>;
    /// The unit of work: one repeat of one candidate.
    struct Unit {
        TaskPointer task;
        std::size_t repeat = 0;
    };

    explicit EvaluationQueue(const Evaluator& evaluator) : evaluator_(evaluator) {}

    // As those of Pool.
    void ask(const EvaluationJob& job);
    /// Returns those that were shown and are no longer worked on.
    std::vector<Trial> speculate(const std::vector<EvaluationJob>& likely);
    std::vector<FinishedEvaluation> take_finished();

    /// Null between two asked for.
    const TaskPointer& asked() const { return asked_; }
    /// The task asked for is no longer the queue's.
    TaskPointer take_asked();
    /// Running ones, and those that could be begun now.
    std::size_t units() const;
    std::size_t running() const { return running_; }
    /// For one of `workers`; nothing when as many are running or there is nothing to begin.
    std::optional<Unit> next(std::size_t workers) const;

    void begin(const Unit& unit);
    /// What the evaluator answered. Those with their stop flag set are to be settled soon.
    void settle(const Unit& unit, Evaluation evaluation, std::exception_ptr error, double seconds);
    /// After settle: the worker is free. True when others may find something to begin now.
    bool leave(EvaluationTask& task);
    /// Whether a speculative repeat has ended since this was last asked.
    bool take_speculation_ended();
    void stop_all();

    std::size_t speculations_started() const { return speculations_started_; }
    double speculative_seconds() const { return speculative_seconds_; }

  private:
    TaskPointer task_of(const EvaluationJob& job);

    const Evaluator& evaluator_;
    std::map<Trial, TaskPointer> tasks_;
    TaskPointer asked_;
    std::vector<TaskPointer> likely_;
    std::size_t running_ = 0;
    bool speculation_ended_ = false;
    double speculative_seconds_ = 0.0;
    std::size_t speculations_started_ = 0;
};

/// One repeat; throws DataError when its score or curve is not finite.
Evaluation evaluate_repeat(Evaluator& evaluator, const EvaluationJob& job,
                           const EvaluationContext& context);

}  // namespace nanonas::nas
