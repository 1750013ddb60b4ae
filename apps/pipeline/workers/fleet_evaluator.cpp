#include "apps/pipeline/workers/fleet_evaluator.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "apps/pipeline/evaluators.hpp"
#include "apps/pipeline/identity.hpp"
#include "apps/pipeline/workers/data_transfer.hpp"
#include "space/json/candidate_json.hpp"

namespace nanonas::pipeline {

/// One of the places here, when one is free.
class FleetEvaluator::Place {
  public:
    explicit Place(std::atomic<int>& free) : free_(free) {}
    ~Place() {
        if (taken_) {
            ++free_;
        }
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    bool take() {
        int count = free_;
        while (!taken_ && count > 0) {
            taken_ = free_.compare_exchange_weak(count, count - 1);
        }
        return taken_;
    }
    void give_back() {
        taken_ = false;
        ++free_;
    }

  private:
    std::atomic<int>& free_;
    bool taken_ = false;
};

namespace {

FleetPlan counted(FleetPlan plan, int here, std::atomic<int>& share) {
    plan.alone = here == 0;
    plan.slots_changed = [here, &share](std::int64_t slots) {
        share = std::max(1, here + static_cast<int>(slots));
    };
    return plan;
}

}  // namespace

FleetEvaluator::FleetEvaluator(std::unique_ptr<nas::Evaluator> local, int here, FleetPlan plan,
                               std::vector<space::Axis> axes)
    : local_(std::move(local)),
      here_(here),
      axes_(std::move(axes)),
      share_(std::max(1, here)),
      free_(here),
      fleet_(counted(std::move(plan), here, share_)) {
    own_.host = "here";
    own_.slots = here;
}

void FleetEvaluator::wait_for_one(const std::atomic<bool>* stop) {
    if (here_ == 0) {
        fleet_.wait_for_one(stop);
    }
}

std::vector<WorkerReport> FleetEvaluator::reports() const {
    std::vector<WorkerReport> reports = fleet_.reports();
    if (here_ > 0) {
        const std::lock_guard<std::mutex> lock(mutex_);
        reports.insert(reports.begin(), own_);
    }
    return reports;
}

nas::Evaluation FleetEvaluator::evaluate(const space::Candidate& candidate,
                                         const space::Network* network,
                                         const nas::EvaluationContext& context) {
    Place place(free_);
    if (!place.take()) {
        bool left = false;
        nas::Evaluation evaluation = evaluate_elsewhere(candidate, context, place, left);
        if (!left) {
            return evaluation;
        }
    }
    nas::Evaluation evaluation = local_->evaluate(candidate, network, context);
    const std::lock_guard<std::mutex> lock(mutex_);
    ++own_.evaluations;
    own_.seconds += evaluation.seconds;
    return evaluation;
}

/// `left`: no worker has begun it, and a place here, now taken, has become free.
nas::Evaluation FleetEvaluator::evaluate_elsewhere(const space::Candidate& candidate,
                                                   const nas::EvaluationContext& context,
                                                   Place& place, bool& left) {
    const nas::Trial trial{candidate, context.effort};
    message::Evaluate asked;
    asked.candidate = json::candidate_json(candidate, axes_);
    asked.effort = context.effort;
    asked.repeat = context.repeat;
    asked.seed = context.seed;
    const Fleet::TicketPointer ticket = fleet_.ask(asked, to_string(trial, axes_) + ", training " +
                                                              std::to_string(context.repeat + 1) +
                                                              " of " + std::to_string(repeats()));
    try {
        std::optional<message::Progress> at;
        while (!fleet_.wait(ticket, at)) {
            if (context.stop != nullptr && *context.stop) {
                throw Interrupted();
            }
            if (at && context.progress) {
                context.progress({trial, context.repeat, repeats(), at->epoch, at->epochs,
                                  at->fraction, at->best});
            }
            if (place.take()) {
                left = fleet_.take_back(ticket);
                if (left) {
                    return {};
                }
                place.give_back();
            }
        }
    } catch (...) {
        fleet_.abandon(ticket);
        throw;
    }
    if (ticket->error) {
        std::rethrow_exception(ticket->error);
    }
    return ticket->evaluation;
}

int workers_here(const RunSpec& spec, const Task& task) {
    return spec.workers == kNobodyHere ? 0 : task.threads;
}

std::unique_ptr<FleetEvaluator> make_fleet_evaluator(const RunSpec& spec,
                                                     const train::TrainingSet& data, bool of_path,
                                                     const Task& task) {
    FleetPlan plan;
    plan.sources = parse_worker_sources(spec.workers_from, spec.worker_program);
    for (const auto& [option, text] : deciding_options(spec, Verb::kSearch)) {
        plan.search.open.options[option->name] = text;
    }
    plan.search.open.data = note_of(data, of_path);
    plan.search.data = &data;
    plan.told = task.told;
    const space::Problem problem{data.set.store->view().shape,
                                 static_cast<std::int64_t>(data.set.labels.size())};
    const auto space = space_of(spec, problem);
    plan.search.arithmetic = search_arithmetic(spec, *space);
    return std::make_unique<FleetEvaluator>(make_training_evaluator(spec, data),
                                            workers_here(spec, task), std::move(plan),
                                            space->axes());
}

}  // namespace nanonas::pipeline
