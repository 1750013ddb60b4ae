#include "nas/evaluators/cached_evaluator.hpp"

#include <utility>

namespace nanonas::nas {

CachedEvaluator::CachedEvaluator(std::unique_ptr<Evaluator> inner, ScoreCache& cache,
                                 std::string file)
    : inner_(std::move(inner)), cache_(cache), file_(std::move(file)) {}

Evaluation CachedEvaluator::evaluate(const Candidate& candidate, const space::Network* network,
                                     const EvaluationContext& context) {
    const std::string key = inner_->key(candidate, network, context);
    if (key.empty()) {
        return inner_->evaluate(candidate, network, context);
    }
    if (const auto found = cache_.find(key)) {
        return *found;
    }
    Evaluation evaluation = inner_->evaluate(candidate, network, context);
    if (!evaluation.infeasible) {
        cache_.add(file_, key, evaluation);
    }
    return evaluation;
}

}  // namespace nanonas::nas
