#include "nas/evaluation_pool.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>

#include "space/errors.hpp"
#include "space/stopwatch.hpp"

namespace nanonas::nas {
namespace {

// How soon a Ctrl-C reaches the evaluations: a signal handler can set a flag, not a condition.
constexpr std::chrono::milliseconds kStopPoll{20};

void check_finite(const Trial& trial, const Evaluation& evaluation) {
    bool finite = std::isfinite(evaluation.score);
    for (const double value : evaluation.curve) {
        finite = finite && std::isfinite(value);
    }
    if (!finite && !evaluation.infeasible) {
        throw DataError(to_string(trial) + ": its score or curve is not finite");
    }
}

using State = EvaluationRepeat::State;

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
      share_(share) {}

std::size_t EvaluationPool::share() const {
    return share_ == nullptr
               ? workers_
               : std::min(workers_, static_cast<std::size_t>(std::max(1, share_->load())));
}

EvaluationPool::TaskPointer EvaluationPool::task_of(const EvaluationJob& job) {
    TaskPointer& task = tasks_[job.trial];
    if (!task) {
        task =
            std::make_shared<EvaluationTask>(job, static_cast<std::size_t>(evaluator_.repeats()));
    }
    return task;
}

void EvaluationPool::ask(const EvaluationJob& job) {
    const std::lock_guard<std::mutex> lock(mutex_);
    asked_ = task_of(job);
    asked_->asked = true;
    start_threads();
}

void EvaluationPool::speculate(const std::vector<EvaluationJob>& likely) {
    std::vector<Trial> given_up;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        likely_.clear();
        for (const EvaluationJob& job : likely) {
            likely_.push_back(task_of(job));
        }
        for (auto entry = tasks_.begin(); entry != tasks_.end();) {
            EvaluationTask& task = *entry->second;
            if (!task.asked &&
                std::find(likely_.begin(), likely_.end(), entry->second) == likely_.end()) {
                if (task.running > 0) {
                    task.cancelled = true;
                    task.stop_running();
                } else if (!task.begun) {
                    entry = tasks_.erase(entry);
                    continue;
                } else if (std::exchange(task.shown, false)) {
                    given_up.push_back(entry->first);
                }
            }
            ++entry;
        }
        start_threads();
    }
    if (hooks_.ended) {
        std::for_each(given_up.begin(), given_up.end(), hooks_.ended);
    }
}

void EvaluationPool::start_threads() {
    std::size_t units = running_;
    const auto count = [&](const EvaluationTask& task) {
        units += static_cast<std::size_t>(std::count_if(
            task.repeats.begin(), task.repeats.end(),
            [](const EvaluationRepeat& repeat) { return repeat.state == State::kWaiting; }));
    };
    if (asked_) {
        count(*asked_);
    }
    for (const TaskPointer& task : likely_) {
        count(*task);
    }
    while (threads_.size() < std::min(share(), units)) {
        if (!threads_.start([this] { work(); })) {
            break;
        }
    }
    queued_.notify_all();
}

std::optional<FinishedEvaluation> EvaluationPool::wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    const TaskPointer task = asked_;
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
        if (std::exchange(speculation_ended_, false)) {
            return std::nullopt;
        }
        const std::optional<Unit> unit = threads_.size() == 0 ? next_unit() : std::nullopt;
        if (unit) {
            do_unit(*unit, lock);  // the system gives no thread but this one
        } else {
            ended_.wait_for(lock, kStopPoll);
            if (share_ != nullptr) {
                start_threads();  // it may have grown, which nobody tells
            }
        }
    }
    tasks_.erase(task->job.trial);
    asked_.reset();
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
    std::vector<FinishedEvaluation> finished;
    for (auto entry = tasks_.begin(); entry != tasks_.end();) {
        EvaluationTask& task = *entry->second;
        if (task.asked || !task.finished()) {
            ++entry;
            continue;
        }
        finished.push_back(task.take());
        entry = tasks_.erase(entry);
    }
    return finished;
}

void EvaluationPool::shut_down() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        shutting_down_ = true;
        for (auto& entry : tasks_) {
            entry.second->stop_running();
        }
        queued_.notify_all();
    }
    threads_.join();
}

double EvaluationPool::speculative_seconds() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return speculative_seconds_;
}

std::size_t EvaluationPool::speculations_started() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return speculations_started_;
}

std::optional<EvaluationPool::Unit> EvaluationPool::next_unit() {
    // Between two asked for, the next is certain and known in no time: it goes before any guess.
    if (!asked_ || asked_->ended() || running_ >= share()) {
        return std::nullopt;
    }
    if (const auto repeat = asked_->waiting_repeat()) {
        return Unit{asked_, *repeat};
    }
    for (const TaskPointer& task : likely_) {
        if (const auto repeat = task->waiting_repeat()) {
            return Unit{task, *repeat};
        }
    }
    return std::nullopt;
}

void EvaluationPool::work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
        std::optional<Unit> unit;
        queued_.wait(lock, [&] { return shutting_down_ || (unit = next_unit()); });
        if (shutting_down_) {
            return;
        }
        do_unit(*unit, lock);
    }
}

void EvaluationPool::do_unit(const Unit& unit, std::unique_lock<std::mutex>& lock) {
    EvaluationTask& task = *unit.task;
    task.repeats[unit.repeat].state = State::kRunning;
    ++task.running;
    ++running_;
    if (!std::exchange(task.begun, true)) {
        task.speculative = !task.asked;
        speculations_started_ += task.speculative ? 1 : 0;
    }
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
    settle(task, unit.repeat, std::move(evaluation), std::move(error), seconds);
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
    leave(task);
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
    Evaluation evaluation =
        evaluator_.evaluate(task.job.trial.candidate, task.job.network.get(), context);
    check_finite(task.job.trial, evaluation);
    return evaluation;
}

void EvaluationPool::settle(EvaluationTask& task, std::size_t number, Evaluation evaluation,
                            std::exception_ptr error, double seconds) {
    EvaluationRepeat& repeat = task.repeats[number];
    task.seconds += seconds;
    if (task.speculative) {
        speculative_seconds_ += seconds;
    }
    if (!error) {
        repeat.evaluation = std::move(evaluation);
        repeat.state = State::kDone;
    } else if (repeat.stop) {
        repeat.state = State::kWaiting;
    } else {
        repeat.error = std::move(error);
        repeat.state = State::kFailed;
        // Those before it go on: one of them may fail too, and the first failure is the answer's.
        for (std::size_t later = number + 1; later < task.repeats.size(); ++later) {
            task.repeats[later].stop = true;
        }
    }
}

void EvaluationPool::leave(EvaluationTask& task) {
    --task.running;
    --running_;
    if (task.running == 0 && std::exchange(task.cancelled, false)) {
        for (EvaluationRepeat& repeat : task.repeats) {
            repeat.stop = false;
        }
        queued_.notify_all();  // it may have been asked for meanwhile
    }
    speculation_ended_ = speculation_ended_ || !task.asked;
    ended_.notify_all();
}

}  // namespace nanonas::nas
