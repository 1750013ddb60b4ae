// Candidates trained by the workers of a pool, and beside them here.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "apps/pipeline/workers/worker_pool.hpp"
#include "nas/evaluator.hpp"

namespace nanonas::pipeline {

/// Evaluations are those of the evaluator inside, wherever they are computed.
class FleetEvaluator final : public nas::Evaluator {
  public:
    /// More evaluations at a time than any fleet has slots.
    static constexpr std::size_t kMost = 4096;

    /// `axes` are those of the candidates; `name`, which may be empty, tells the search from others
    /// in what is told of it.
    FleetEvaluator(std::unique_ptr<nas::Evaluator> local, std::shared_ptr<OpenSearch> search,
                   std::vector<space::Axis> axes, const std::string& name);

    std::int64_t repeats() const override { return local_->repeats(); }
    bool efforts() const override { return local_->efforts(); }
    bool knows(const space::Candidate& candidate) const override {
        return local_->knows(candidate);
    }
    std::string key(const space::Candidate& candidate, const space::Network* network,
                    const nas::EvaluationContext& context) const override {
        return local_->key(candidate, network, context);
    }
    /// Throws WorkersLost when no worker brings it to an end.
    nas::Evaluation evaluate(const space::Candidate& candidate, const space::Network* network,
                             const nas::EvaluationContext& context) override;

  private:
    nas::Evaluation evaluate_elsewhere(const space::Candidate& candidate,
                                       const nas::EvaluationContext& context,
                                       WorkerPool::Place& place, bool& left);

    const std::unique_ptr<nas::Evaluator> local_;
    const std::shared_ptr<OpenSearch> search_;
    const std::vector<space::Axis> axes_;
    const std::string before_name_;
};

}  // namespace nanonas::pipeline
