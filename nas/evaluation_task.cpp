#include "nas/evaluation_task.hpp"

#include <algorithm>

namespace nanonas::nas {
namespace {

using State = EvaluationRepeat::State;

}  // namespace

std::optional<std::size_t> EvaluationTask::waiting_repeat() const {
    if (cancelled) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < repeats.size() && repeats[i].state != State::kFailed; ++i) {
        if (repeats[i].state == State::kWaiting) {
            return i;
        }
    }
    return std::nullopt;
}

bool EvaluationTask::finished() const {
    return running == 0 &&
           std::all_of(repeats.begin(), repeats.end(),
                       [](const EvaluationRepeat& repeat) { return repeat.state == State::kDone; });
}

std::exception_ptr EvaluationTask::error() const {
    const auto first =
        std::find_if(repeats.begin(), repeats.end(),
                     [](const EvaluationRepeat& repeat) { return repeat.state != State::kDone; });
    return running == 0 && first != repeats.end() && first->state == State::kFailed ? first->error
                                                                                    : nullptr;
}

void EvaluationTask::stop_running() {
    for (EvaluationRepeat& repeat : repeats) {
        repeat.stop = repeat.state == State::kRunning;
    }
}

FinishedEvaluation EvaluationTask::take() {
    std::vector<Evaluation> evaluations;
    for (EvaluationRepeat& repeat : repeats) {
        evaluations.push_back(std::move(repeat.evaluation));
    }
    return {job.trial, mean_of(evaluations), seconds, speculative};
}

}  // namespace nanonas::nas
