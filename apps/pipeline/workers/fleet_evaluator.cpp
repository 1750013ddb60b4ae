#include "apps/pipeline/workers/fleet_evaluator.hpp"

#include <optional>
#include <utility>

#include "space/json/candidate_json.hpp"

namespace nanonas::pipeline {

FleetEvaluator::FleetEvaluator(std::unique_ptr<nas::Evaluator> local,
                               std::shared_ptr<OpenSearch> search, std::vector<space::Axis> axes,
                               const std::string& name)
    : local_(std::move(local)),
      search_(std::move(search)),
      axes_(std::move(axes)),
      before_name_(name.empty() ? "" : name + ": ") {}

nas::Evaluation FleetEvaluator::evaluate(const space::Candidate& candidate,
                                         const space::Network* network,
                                         const nas::EvaluationContext& context) {
    WorkerPool::Place place(search_->pool());
    if (!place.take()) {
        bool left = false;
        nas::Evaluation evaluation = evaluate_elsewhere(candidate, context, place, left);
        if (!left) {
            return evaluation;
        }
    }
    nas::Evaluation evaluation = local_->evaluate(candidate, network, context);
    place.used(evaluation.seconds);
    return evaluation;
}

/// `left`: no worker has begun it, and a place here, now taken, has become free.
nas::Evaluation FleetEvaluator::evaluate_elsewhere(const space::Candidate& candidate,
                                                   const nas::EvaluationContext& context,
                                                   WorkerPool::Place& place, bool& left) {
    const nas::Trial trial{candidate, context.effort};
    message::Evaluate asked;
    asked.candidate = json::candidate_json(candidate, axes_);
    asked.effort = context.effort;
    asked.repeat = context.repeat;
    asked.seed = context.seed;
    asked.search = search_->number();
    Fleet& fleet = search_->pool().fleet();
    const Fleet::TicketPointer ticket = fleet.ask(
        asked, before_name_ + to_string(trial, axes_) + ", training " +
                   std::to_string(context.repeat + 1) + " of " + std::to_string(repeats()));
    try {
        std::optional<message::Progress> at;
        while (!fleet.wait(ticket, at)) {
            if (context.stop != nullptr && *context.stop) {
                throw Interrupted();
            }
            if (at && context.progress) {
                context.progress({trial, context.repeat, repeats(), at->epoch, at->epochs,
                                  at->fraction, at->best});
            }
            if (place.take()) {
                left = fleet.take_back(ticket);
                if (left) {
                    return {};
                }
                place.give_back();
            }
        }
    } catch (...) {
        fleet.abandon(ticket);
        throw;
    }
    if (ticket->error) {
        std::rethrow_exception(ticket->error);
    }
    return ticket->evaluation;
}

}  // namespace nanonas::pipeline
