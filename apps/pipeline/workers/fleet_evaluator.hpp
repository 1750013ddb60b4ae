// Candidates trained by the workers of a fleet, and beside them here.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "apps/pipeline/run_spec.hpp"
#include "apps/pipeline/workers/fleet.hpp"
#include "nas/evaluator.hpp"
#include "space/task.hpp"

namespace nanonas::pipeline {

/// Evaluations are those of the evaluator inside, wherever they are computed.
class FleetEvaluator final : public nas::Evaluator {
  public:
    /// More evaluations at a time than any fleet has slots.
    static constexpr std::size_t kMost = 4096;

    /// `here`: so many evaluations at a time by `local` itself, 0 for none. `axes` are those of the
    /// candidates.
    FleetEvaluator(std::unique_ptr<nas::Evaluator> local, int here, FleetPlan plan,
                   std::vector<space::Axis> axes);

    /// When nobody evaluates here, waits for a worker; see Fleet.
    void wait_for_one(const std::atomic<bool>* stop);
    /// How many evaluations can run now, here and elsewhere; at least 1.
    const std::atomic<int>& share() const { return share_; }
    /// Who worked, those here first.
    std::vector<WorkerReport> reports() const;

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
    class Place;

    nas::Evaluation evaluate_elsewhere(const space::Candidate& candidate,
                                       const nas::EvaluationContext& context, Place& place,
                                       bool& left);

    std::unique_ptr<nas::Evaluator> local_;
    const int here_;
    const std::vector<space::Axis> axes_;
    std::atomic<int> share_;
    std::atomic<int> free_;  ///< places here
    mutable std::mutex mutex_;
    WorkerReport own_;
    Fleet fleet_;
};

/// How many candidates at a time are trained by the search itself.
int workers_here(const RunSpec& spec, const Task& task);

/// The workers of spec.workers_from, on `data`, which must outlive them; `of_path`: it is what the
/// spec's paths lead to.
std::unique_ptr<FleetEvaluator> make_fleet_evaluator(const RunSpec& spec,
                                                     const train::TrainingSet& data, bool of_path,
                                                     const Task& task);

}  // namespace nanonas::pipeline
