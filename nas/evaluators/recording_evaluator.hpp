// What an evaluator says and the time it takes, kept as a table of scores.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "nas/evaluator.hpp"

namespace nanonas::nas {

/// Asks the evaluator inside once for each repeat and keeps the answer, with the seconds of
/// processor time that it took. One thread alone may use it.
class RecordingEvaluator final : public Evaluator {
  public:
    /// `inner` must outlive it.
    explicit RecordingEvaluator(Evaluator& inner) : inner_(inner) {}

    std::int64_t repeats() const override { return inner_.repeats(); }
    bool efforts() const override { return inner_.efforts(); }
    bool knows(const Candidate& candidate) const override { return inner_.knows(candidate); }
    /// The first repeat of a trial that is asked for has all of them evaluated: tables hold whole
    /// trials.
    Evaluation evaluate(const Candidate& candidate, const space::Network* network,
                        const EvaluationContext& context) override;

    std::size_t trials() const { return recorded_.size(); }
    /// A table that TableEvaluator reads, exact to the bit; without what was infeasible.
    std::string csv(const std::vector<space::Axis>& axes) const;

  private:
    Evaluator& inner_;
    std::map<Trial, std::vector<Evaluation>> recorded_;
};

}  // namespace nanonas::nas
