#include "nas/simulated_search.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "nas/evaluation_queue.hpp"
#include "nas/pool.hpp"
#include "nas/search_loop.hpp"
#include "space/errors.hpp"

namespace nanonas::nas {
namespace {

class SimulatedPool final : public Pool {
  public:
    SimulatedPool(Evaluator& evaluator, const SearchOptions& options)
        : evaluator_(evaluator), options_(options), queue_(evaluator) {}

    void ask(const EvaluationJob& job) override { queue_.ask(job); }
    void speculate(const std::vector<EvaluationJob>& likely) override { queue_.speculate(likely); }
    std::optional<FinishedEvaluation> wait() override;
    std::vector<FinishedEvaluation> take_finished() override { return queue_.take_finished(); }
    void shut_down() override;
    std::size_t speculations_started() const override { return queue_.speculations_started(); }
    double speculative_seconds() const override { return queue_.speculative_seconds(); }

    double now() const { return now_; }

  private:
    /// What a worker is doing, the answer known beforehand.
    struct Work {
        EvaluationQueue::Unit unit;
        Evaluation evaluation;
        std::exception_ptr error;
        double begin = 0.0, end = 0.0;
    };

    void begin(const EvaluationQueue::Unit& unit);
    void end(std::size_t which);
    void end_stopped();
    /// All that end at the next moment at which any does.
    void end_next();

    Evaluator& evaluator_;
    const SearchOptions& options_;
    EvaluationQueue queue_;
    std::vector<Work> under_way_;  ///< as they were begun
    double now_ = 0.0;
};

std::optional<FinishedEvaluation> SimulatedPool::wait() {
    const EvaluationQueue::TaskPointer task = queue_.asked();
    while (true) {
        end_stopped();
        if (task->ended()) {
            break;
        }
        if (options_.stop != nullptr && *options_.stop) {
            throw Interrupted();
        }
        if (queue_.take_speculation_ended()) {
            return std::nullopt;
        }
        while (const auto unit = queue_.next(options_.workers)) {
            begin(*unit);
        }
        end_next();
    }
    queue_.take_asked();
    if (const std::exception_ptr error = task->error()) {
        std::rethrow_exception(error);
    }
    return task->take();
}

void SimulatedPool::begin(const EvaluationQueue::Unit& unit) {
    queue_.begin(unit);
    const EvaluationJob& job = unit.task->job;
    EvaluationContext context;
    context.seed = job.seed;
    context.effort = job.trial.effort;
    context.repeat = static_cast<std::int64_t>(unit.repeat);
    context.stop = options_.stop;
    Work work{unit, {}, nullptr, now_, now_};
    try {
        work.evaluation = evaluate_repeat(evaluator_, job, context);
        work.end += work.evaluation.seconds;
    } catch (...) {
        work.error = std::current_exception();
    }
    under_way_.push_back(std::move(work));
}

void SimulatedPool::end(std::size_t which) {
    Work work = std::move(under_way_[which]);
    under_way_.erase(under_way_.begin() + static_cast<std::ptrdiff_t>(which));
    queue_.settle(work.unit, std::move(work.evaluation), std::move(work.error), now_ - work.begin);
    queue_.leave(*work.unit.task);
}

void SimulatedPool::end_stopped() {
    for (std::size_t i = 0; i < under_way_.size();) {
        Work& work = under_way_[i];
        if (work.unit.task->repeats[work.unit.repeat].stop) {
            work.error = std::make_exception_ptr(Interrupted());
            end(i);
        } else {
            ++i;
        }
    }
}

void SimulatedPool::end_next() {
    now_ = std::min_element(under_way_.begin(), under_way_.end(), [](const Work& a, const Work& b) {
               return a.end < b.end;
           })->end;
    for (std::size_t i = 0; i < under_way_.size();) {
        if (under_way_[i].end == now_) {
            end(i);
        } else {
            ++i;
        }
    }
}

void SimulatedPool::shut_down() {
    queue_.stop_all();
    end_stopped();
}

}  // namespace

SearchResult simulate_search(Strategy& strategy, Evaluator& evaluator, const SearchOptions& options,
                             const SearchHooks& hooks) {
    SimulatedPool pool(evaluator, options);
    SearchResult result = run_search_loop(strategy, evaluator, options, hooks, pool);
    result.seconds = pool.now();
    return result;
}

}  // namespace nanonas::nas
