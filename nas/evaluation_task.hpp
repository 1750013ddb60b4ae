// What the evaluation pool knows of one candidate: which repeats wait, run, are done or failed. The
// pool guards it with its mutex; only `stop` is read outside.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "nas/evaluator.hpp"

namespace nanonas::nas {

struct EvaluationJob {
    Trial trial;
    std::shared_ptr<const space::Network> network;  ///< may be null
    std::uint64_t seed = 0;
};

struct FinishedEvaluation {
    Trial trial;
    Evaluation evaluation;
    double seconds = 0.0;      ///< wall time, that of all repeats added
    bool speculative = false;  ///< begun before it was asked for
};

/// One repeat of a candidate's evaluation.
struct EvaluationRepeat {
    enum class State { kWaiting, kRunning, kDone, kFailed };
    State state = State::kWaiting;
    std::atomic<bool> stop{false};  ///< read by the evaluator
    Evaluation evaluation;
    std::exception_ptr error;
};

/// One candidate's evaluation, repeat by repeat.
struct EvaluationTask {
    EvaluationTask(EvaluationJob its_job, std::size_t count)
        : job(std::move(its_job)), repeats(count) {}

    const EvaluationJob job;
    std::vector<EvaluationRepeat> repeats;
    std::size_t running = 0;
    bool begun = false;
    bool shown = false;        ///< hooks.started was called, hooks.ended was not
    bool speculative = false;  ///< begun before it was asked for
    bool asked = false;
    bool cancelled = false;  ///< nobody wants it any more; true until its running repeats ended
    double seconds = 0.0;

    /// The next to begin; none while it is cancelled or after a failure.
    std::optional<std::size_t> waiting_repeat() const;
    bool finished() const;             ///< every repeat done
    std::exception_ptr error() const;  ///< set once it has failed for good
    bool ended() const { return finished() || error(); }
    /// No repeat is to be begun now: all are begun, it is cancelled or failed, or the pool shuts
    /// down.
    bool over(bool shutting_down) const { return shutting_down || !waiting_repeat(); }
    void stop_running();
    FinishedEvaluation take();
};

}  // namespace nanonas::nas
