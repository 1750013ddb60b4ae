// Evaluator: how good is a candidate? Implementations train it, look it up or make it up.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nas/trial.hpp"
#include "space/network.hpp"

namespace nanonas::nas {

/// What an evaluator says of a candidate.
struct Evaluation {
    double score = 0.0;           ///< higher is better; accuracies in [0, 1]
    std::vector<double> curve;    ///< validation accuracy after each epoch, repeats concatenated
    std::vector<double> repeats;  ///< score of each repeat, filled by mean_of
    double seconds = 0.0;         ///< wall time; never journalled (it would differ between runs)
    /// Set when the evaluator knows nothing of this candidate; it then counts as infeasible.
    std::optional<std::string> infeasible;
};

/// Where a running evaluation stands; for progress displays.
struct EvaluationProgress {
    Trial trial;
    std::int64_t repeat = 0, repeats = 1;
    std::int64_t epoch = 0, epochs = 1;  ///< epoch under way, from 0
    double epoch_fraction = 0.0;         ///< [0, 1]
    std::optional<double> best_so_far;
};

/// What an evaluation may depend on besides candidate and network, and whom to tell.
struct EvaluationContext {
    std::uint64_t seed = 0;   ///< of this candidate; derived, so order and threads do not matter
    std::int64_t repeat = 0;  ///< which of the evaluator's repeats
    std::int64_t effort = 1;  ///< of the trial; those without efforts are given 1 only
    std::function<void(const EvaluationProgress&)> progress;  ///< may be empty; any thread
    const std::atomic<bool>* stop = nullptr;  ///< when it turns true: throw Interrupted soon
};

/// Scores candidates. A pure function of what evaluate() is given: it may be asked ahead of time,
/// and again when a search is resumed.
class Evaluator {
  public:
    virtual ~Evaluator() = default;
    /// Evaluations of one candidate that know nothing of each other: they may run at the same time,
    /// and mean_of them is the candidate's. >= 1, always the same.
    virtual std::int64_t repeats() const { return 1; }
    /// Whether a trial of more effort is trained for longer, and so scored more surely.
    virtual bool efforts() const { return false; }
    /// False when a candidate is certain to be infeasible here. Any thread.
    virtual bool knows(const Candidate&) const { return true; }
    /// Text of everything that decides evaluate(); equal texts, equal bits, in this process and any
    /// other. Empty: not known, or not worth keeping.
    virtual std::string key(const Candidate&, const space::Network*,
                            const EvaluationContext&) const {
        return "";
    }
    /// One repeat. Called from several threads at once, for different candidates and repeats.
    /// `network` is null when the search knows no input shape (a recorded table alone decides).
    virtual Evaluation evaluate(const Candidate& candidate, const space::Network* network,
                                const EvaluationContext& context) = 0;
};

/// Its score and curve are numbers.
bool is_finite(const Evaluation& evaluation);

/// Mean score, the scores themselves, curves one after the other, seconds added; infeasible when
/// one repeat is (the first that is says why). `repeats` holds at least one, in their order.
Evaluation mean_of(const std::vector<Evaluation>& repeats);

}  // namespace nanonas::nas
