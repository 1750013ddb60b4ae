#include "nas/evaluation_queue.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "space/errors.hpp"

namespace nanonas::nas {

using State = EvaluationRepeat::State;

EvaluationQueue::TaskPointer EvaluationQueue::task_of(const EvaluationJob& job) {
    TaskPointer& task = tasks_[job.trial];
    if (!task) {
        task =
            std::make_shared<EvaluationTask>(job, static_cast<std::size_t>(evaluator_.repeats()));
    }
    return task;
}

void EvaluationQueue::ask(const EvaluationJob& job) {
    asked_ = task_of(job);
    asked_->asked = true;
    likely_.clear();  // guesses of before the answer: a list that knows it follows
}

std::vector<Trial> EvaluationQueue::speculate(const std::vector<EvaluationJob>& likely) {
    std::vector<Trial> given_up;
    likely_.clear();
    for (const EvaluationJob& job : likely) {
        likely_.push_back(task_of(job));
    }
    const std::set<TaskPointer> wanted(likely_.begin(), likely_.end());
    for (auto entry = tasks_.begin(); entry != tasks_.end();) {
        EvaluationTask& task = *entry->second;
        if (!task.asked && wanted.count(entry->second) == 0) {
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
    return given_up;
}

std::vector<FinishedEvaluation> EvaluationQueue::take_finished() {
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

EvaluationQueue::TaskPointer EvaluationQueue::take_asked() {
    tasks_.erase(asked_->job.trial);
    return std::exchange(asked_, nullptr);
}

std::size_t EvaluationQueue::units() const {
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
    return units;
}

std::optional<EvaluationQueue::Unit> EvaluationQueue::next(std::size_t workers) const {
    // Between two asked for, the next is certain and known in no time: it goes before any guess.
    if (!asked_ || asked_->ended() || running_ >= workers) {
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

void EvaluationQueue::begin(const Unit& unit) {
    EvaluationTask& task = *unit.task;
    task.repeats[unit.repeat].state = State::kRunning;
    ++task.running;
    ++running_;
    if (!std::exchange(task.begun, true)) {
        task.speculative = !task.asked;
        speculations_started_ += task.speculative ? 1 : 0;
    }
}

void EvaluationQueue::settle(const Unit& unit, Evaluation evaluation, std::exception_ptr error,
                             double seconds) {
    EvaluationTask& task = *unit.task;
    EvaluationRepeat& repeat = task.repeats[unit.repeat];
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
        for (std::size_t later = unit.repeat + 1; later < task.repeats.size(); ++later) {
            task.repeats[later].stop = true;
        }
    }
}

bool EvaluationQueue::leave(EvaluationTask& task) {
    --task.running;
    --running_;
    const bool wanted_again = task.running == 0 && std::exchange(task.cancelled, false);
    if (wanted_again) {
        for (EvaluationRepeat& repeat : task.repeats) {
            repeat.stop = false;
        }
    }
    speculation_ended_ = speculation_ended_ || !task.asked;
    return wanted_again;
}

bool EvaluationQueue::take_speculation_ended() {
    return std::exchange(speculation_ended_, false);
}

void EvaluationQueue::stop_all() {
    for (auto& entry : tasks_) {
        entry.second->stop_running();
    }
}

Evaluation evaluate_repeat(Evaluator& evaluator, const EvaluationJob& job,
                           const EvaluationContext& context) {
    Evaluation evaluation = evaluator.evaluate(job.trial.candidate, job.network.get(), context);
    if (!is_finite(evaluation) && !evaluation.infeasible) {
        throw DataError(to_string(job.trial) + ": its score or curve is not finite");
    }
    return evaluation;
}

}  // namespace nanonas::nas
