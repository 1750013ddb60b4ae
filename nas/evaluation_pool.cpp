#include "nas/evaluation_pool.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <system_error>
#include <utility>

#include "space/errors.hpp"

namespace nanonas::nas {
namespace {

// How soon a Ctrl-C reaches the evaluations: a signal handler can set a flag, not a condition.
constexpr std::chrono::milliseconds kStopPoll{20};

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void check_finite(const Candidate& candidate, const Evaluation& evaluation) {
    bool finite = std::isfinite(evaluation.score);
    for (const double value : evaluation.curve) {
        finite = finite && std::isfinite(value);
    }
    if (!finite && !evaluation.infeasible) {
        throw DataError(to_string(candidate) + ": its score or curve is not finite");
    }
}

}  // namespace

EvaluationPool::EvaluationPool(Evaluator& evaluator, std::size_t workers,
                               const std::atomic<bool>* stop, SearchHooks hooks)
    : evaluator_(evaluator), workers_(workers), stop_(stop), hooks_(std::move(hooks)) {}

bool EvaluationPool::ask(const EvaluationJob& job) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = tasks_.find(job.candidate);
    if (found != tasks_.end()) {
        found->second->asked = true;
        return true;
    }
    auto task = std::make_shared<Task>();
    task->job = job;
    task->asked = true;
    enqueue(std::move(task));
    return false;
}

void EvaluationPool::speculate(const EvaluationJob& job) {
    const std::lock_guard<std::mutex> lock(mutex_);
    auto task = std::make_shared<Task>();
    task->job = job;
    task->speculative = true;
    enqueue(std::move(task));
    ++speculations_started_;
}

void EvaluationPool::enqueue(std::shared_ptr<Task> task) {
    if (busy_ + 1 > threads_.size() && threads_.size() < workers_) {
        try {
            threads_.emplace_back([this] { work(); });
        } catch (const std::system_error& error) {
            if (threads_.empty()) {
                throw IoError(std::string("no thread can be started (") + error.what() + ")");
            }
        }
    }
    ++busy_;
    tasks_[task->job.candidate] = task;
    if (task->asked) {
        queue_.push_front(std::move(task));
    } else {
        queue_.push_back(std::move(task));
    }
    queued_.notify_one();
}

bool EvaluationPool::has(const Candidate& candidate) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return tasks_.count(candidate) != 0;
}

bool EvaluationPool::has_idle_worker() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return busy_ < workers_;
}

void EvaluationPool::cancel_all_but(const std::vector<Candidate>& likely) {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (auto& [candidate, task] : tasks_) {
        if (!task->asked && !task->ended() &&
            std::find(likely.begin(), likely.end(), candidate) == likely.end()) {
            task->cancelled = true;
            task->stop = true;
        }
    }
}

std::optional<FinishedEvaluation> EvaluationPool::wait(const Candidate& asked) {
    std::unique_lock<std::mutex> lock(mutex_);
    // Looked up anew each time: a cancelled task that is asked for after all is replaced.
    std::shared_ptr<Task> task;
    while (!(task = tasks_.at(asked))->ended()) {
        if (stop_ != nullptr && *stop_) {
            lock.unlock();
            shut_down();
            lock.lock();
            if (!task->evaluation) {
                throw Interrupted();
            }
            break;
        }
        if (std::exchange(speculation_ended_, false)) {
            return std::nullopt;
        }
        ended_.wait_for(lock, kStopPoll);
    }
    tasks_.erase(asked);
    if (task->error) {
        if (stop_ != nullptr && *stop_) {
            throw Interrupted();
        }
        std::rethrow_exception(task->error);
    }
    return FinishedEvaluation{asked, std::move(*task->evaluation), task->seconds,
                              task->speculative};
}

std::vector<FinishedEvaluation> EvaluationPool::take_finished() {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::vector<FinishedEvaluation> finished;
    for (auto entry = tasks_.begin(); entry != tasks_.end();) {
        Task& task = *entry->second;
        if (task.asked || !task.evaluation) {
            ++entry;
            continue;
        }
        finished.push_back({entry->first, std::move(*task.evaluation), task.seconds, true});
        entry = tasks_.erase(entry);
    }
    return finished;
}

void EvaluationPool::shut_down() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        shutting_down_ = true;
        queue_.clear();
        for (auto& entry : tasks_) {
            entry.second->stop = true;
        }
        queued_.notify_all();
    }
    for (std::thread& thread : threads_) {
        thread.join();
    }
    threads_.clear();
}

double EvaluationPool::speculative_seconds() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return speculative_seconds_;
}

void EvaluationPool::work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
        queued_.wait(lock, [this] { return shutting_down_ || !queue_.empty(); });
        if (shutting_down_) {
            return;
        }
        const std::shared_ptr<Task> task = std::move(queue_.front());
        queue_.pop_front();
        const bool speculative = task->speculative && !task->asked;
        lock.unlock();

        std::optional<Evaluation> evaluation;
        std::exception_ptr error;
        const auto start = std::chrono::steady_clock::now();
        try {
            evaluation = run(*task, speculative);
        } catch (...) {
            error = std::current_exception();
        }
        const double seconds = seconds_since(start);

        lock.lock();
        settle(task, std::move(evaluation), std::move(error), seconds);
    }
}

Evaluation EvaluationPool::run(const Task& task, bool speculative) {
    if (task.stop) {
        throw Interrupted();  // cancelled while queued
    }
    const Candidate& candidate = task.job.candidate;
    if (hooks_.started) {
        hooks_.started(candidate, speculative);
    }
    EvaluationContext context;
    context.seed = task.job.seed;
    context.progress = hooks_.progress;
    context.stop = &task.stop;
    Evaluation evaluation;
    try {
        evaluation = evaluator_.evaluate(candidate, task.job.network.get(), context);
    } catch (...) {
        if (hooks_.ended) {
            hooks_.ended(candidate);
        }
        throw;
    }
    if (hooks_.ended) {
        hooks_.ended(candidate);
    }
    check_finite(candidate, evaluation);
    return evaluation;
}

void EvaluationPool::settle(const std::shared_ptr<Task>& task, std::optional<Evaluation> evaluation,
                            std::exception_ptr error, double seconds) {
    --busy_;
    speculation_ended_ = speculation_ended_ || !task->asked;
    if (task->speculative) {
        speculative_seconds_ += seconds;
    }
    if (task->cancelled && error && !shutting_down_) {
        tasks_.erase(task->job.candidate);
        if (task->asked) {  // called off, then asked for after all
            auto again = std::make_shared<Task>();
            again->job = task->job;
            again->asked = true;
            enqueue(std::move(again));
        }
    } else {
        task->evaluation = std::move(evaluation);
        task->error = std::move(error);
        task->seconds = seconds;
    }
    ended_.notify_all();
}

}  // namespace nanonas::nas
