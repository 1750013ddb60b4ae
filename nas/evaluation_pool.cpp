#include "nas/evaluation_pool.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "space/errors.hpp"
#include "space/stopwatch.hpp"

namespace nanonas::nas {
namespace {

// How soon a Ctrl-C reaches the evaluations: a signal handler can set a flag, not a condition.
constexpr std::chrono::milliseconds kStopPoll{20};

/// What `work` throws; null when nothing.
template <typename Work>
std::exception_ptr failure_of(const Work& work) {
    try {
        work();
    } catch (...) {
        return std::current_exception();
    }
    return nullptr;
}

}  // namespace

EvaluationPool::EvaluationPool(Evaluator& evaluator, std::size_t workers,
                               const std::atomic<bool>* stop, SearchHooks hooks,
                               const std::atomic<int>* share)
    : evaluator_(evaluator),
      workers_(workers),
      stop_(stop),
      hooks_(std::move(hooks)),
      share_(share),
      queue_(evaluator) {}

std::size_t EvaluationPool::share() const {
    return share_ == nullptr
               ? workers_
               : std::min(workers_, static_cast<std::size_t>(std::max(1, share_->load())));
}

void EvaluationPool::ask(const EvaluationJob& job) {
    const std::lock_guard<std::mutex> lock(mutex_);
    queue_.ask(job);
    start_threads();
}

void EvaluationPool::speculate(const std::vector<EvaluationJob>& likely) {
    std::vector<Trial> given_up;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        given_up = queue_.speculate(likely);
        start_threads();
    }
    if (hooks_.ended) {
        std::for_each(given_up.begin(), given_up.end(), hooks_.ended);
    }
}

void EvaluationPool::start_threads() {
    const std::size_t units = queue_.units();
    while (threads_.size() < std::min(share(), units)) {
        if (!threads_.start([this] { work(); })) {
            break;
        }
    }
    queued_.notify_all();
}

std::optional<FinishedEvaluation> EvaluationPool::wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    const EvaluationQueue::TaskPointer task = queue_.asked();
    while (!task->ended()) {
        if (stop_ != nullptr && *stop_) {
            lock.unlock();
            shut_down();
            lock.lock();
            if (!task->finished()) {
                throw Interrupted();
            }
            break;
        }
        if (hook_failure_) {
            std::rethrow_exception(hook_failure_);
        }
        if (queue_.take_speculation_ended()) {
            return std::nullopt;
        }
        const std::optional<Unit> unit = threads_.size() == 0 ? queue_.next(share()) : std::nullopt;
        if (unit) {
            do_unit(*unit, lock);  // the system gives no thread but this one
        } else {
            ended_.wait_for(lock, kStopPoll);
            if (share_ != nullptr) {
                start_threads();  // it may have grown, which nobody tells
            }
        }
    }
    queue_.take_asked();
    if (const std::exception_ptr error = task->error()) {
        if (stop_ != nullptr && *stop_) {
            throw Interrupted();
        }
        std::rethrow_exception(error);
    }
    if (hook_failure_) {
        std::rethrow_exception(hook_failure_);
    }
    return task->take();
}

std::vector<FinishedEvaluation> EvaluationPool::take_finished() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return queue_.take_finished();
}

void EvaluationPool::join() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        shutting_down_ = true;
        queue_.stop_all();
        queued_.notify_all();
    }
    threads_.join();
}

double EvaluationPool::speculative_seconds() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return queue_.speculative_seconds();
}

std::size_t EvaluationPool::speculations_started() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return queue_.speculations_started();
}

void EvaluationPool::work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
        std::optional<Unit> unit;
        queued_.wait(lock, [&] { return shutting_down_ || (unit = queue_.next(share())); });
        if (shutting_down_) {
            return;
        }
        do_unit(*unit, lock);
    }
}

void EvaluationPool::do_unit(const Unit& unit, std::unique_lock<std::mutex>& lock) {
    EvaluationTask& task = *unit.task;
    queue_.begin(unit);
    const bool first = !std::exchange(task.shown, true);
    const bool ahead = !task.asked;
    lock.unlock();

    const std::exception_ptr beginning = failure_of([&] {
        if (first && hooks_.started) {
            hooks_.started(task.job.trial, ahead);
        }
    });
    const Stopwatch watch;
    Evaluation evaluation;
    std::exception_ptr error = failure_of([&] { evaluation = run(task, unit.repeat); });
    const double seconds = watch.seconds();

    lock.lock();
    queue_.settle(unit, std::move(evaluation), std::move(error), seconds);
    std::exception_ptr end;
    if (task.running == 1 && task.over(shutting_down_) && std::exchange(task.shown, false) &&
        hooks_.ended) {
        // Before its end can be seen, so that nobody hears of it after the decision.
        lock.unlock();
        end = failure_of([&] { hooks_.ended(task.job.trial); });
        lock.lock();
    }
    for (const std::exception_ptr& failure : {beginning, end}) {
        hook_failure_ = hook_failure_ ? hook_failure_ : failure;
    }
    if (queue_.leave(task)) {
        queued_.notify_all();  // it may have been asked for meanwhile
    }
    ended_.notify_all();
}

Evaluation EvaluationPool::run(EvaluationTask& task, std::size_t repeat) const {
    EvaluationContext context;
    context.seed = task.job.seed;
    context.effort = task.job.trial.effort;
    context.repeat = static_cast<std::int64_t>(repeat);
    // Without threads nobody else looks at the user's stop meanwhile.
    context.progress = [this, &task, repeat](const EvaluationProgress& at) {
        if (stop_ != nullptr && *stop_) {
            task.repeats[repeat].stop = true;
        }
        if (hooks_.progress) {
            hooks_.progress(at);
        }
    };
    context.stop = &task.repeats[repeat].stop;
    return evaluate_repeat(evaluator_, task.job, context);
}

}  // namespace nanonas::nas
