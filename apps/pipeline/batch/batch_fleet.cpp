#include "apps/pipeline/batch/batch_fleet.hpp"

#include <algorithm>
#include <utility>

namespace nanonas::pipeline {

BatchFleet::BatchFleet(RunQueue& queue, const std::vector<std::string>& families,
                       const BatchWorkers& workers, const Task& task)
    : waits_(!workers.here), task_(task) {
    for (const std::string& family : families) {
        ++runs_left_[family];
    }
    runs_left_.erase("");
    if (workers.from.empty() || runs_left_.empty()) {
        return;
    }
    FleetPlan plan = fleet_plan(workers.from, workers.program, task);
    plan.slots_changed = [&queue](std::int64_t slots) { queue.set_slots(slots); };
    pool_ = std::make_shared<WorkerPool>(std::move(plan), workers.here ? task.threads : 0,
                                         &queue.places_here());
}

RunQueue::Workers BatchFleet::kind_of(const BatchWorkers& workers) {
    return workers.from.empty() ? RunQueue::Workers::kNone
           : workers.here       ? RunQueue::Workers::kBeside
                                : RunQueue::Workers::kAlone;
}

void BatchFleet::wait_for_one(const RunSpec& spec, const train::TrainingSet& images) const {
    if (pool_ && waits_) {
        open_search(pool_, spec, images, true)->wait_for_one(task_.stop);
    }
}

void BatchFleet::begin(const std::string& family, const RunSpec& spec,
                       const train::TrainingSet& images) {
    if (!pool_ || family.empty()) {
        return;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (open_.count(family) == 0) {
        open_[family] = open_search(pool_, spec, images, true);
    }
}

void BatchFleet::end(const std::string& family) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto left = runs_left_.find(family);
    if (left != runs_left_.end() && --left->second == 0) {
        open_.erase(family);
    }
}

std::vector<WorkerReport> BatchFleet::reports() const {
    return pool_ ? pool_->reports() : std::vector<WorkerReport>();
}

}  // namespace nanonas::pipeline
