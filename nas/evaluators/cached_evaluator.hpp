// Evaluations that another search of the same cache has done are not done again.
#pragma once

#include <memory>
#include <string>

#include "nas/evaluator.hpp"
#include "nas/score_cache.hpp"

namespace nanonas::nas {

/// Scores are those of the evaluator inside, whether they are computed or found.
class CachedEvaluator final : public Evaluator {
  public:
    /// New scores go to `file` of `cache`, which must outlive this.
    CachedEvaluator(std::unique_ptr<Evaluator> inner, ScoreCache& cache, std::string file);

    std::int64_t repeats() const override { return inner_->repeats(); }
    bool efforts() const override { return inner_->efforts(); }
    bool knows(const Candidate& candidate) const override { return inner_->knows(candidate); }
    std::string key(const Candidate& candidate, const space::Network* network,
                    const EvaluationContext& context) const override {
        return inner_->key(candidate, network, context);
    }
    Evaluation evaluate(const Candidate& candidate, const space::Network* network,
                        const EvaluationContext& context) override;

  private:
    std::unique_ptr<Evaluator> inner_;
    ScoreCache& cache_;
    std::string file_;
};

}  // namespace nanonas::nas
