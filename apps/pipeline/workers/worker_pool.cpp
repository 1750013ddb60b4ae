#include "apps/pipeline/workers/worker_pool.hpp"

#include <algorithm>
#include <utility>

#include "apps/pipeline/evaluators.hpp"
#include "apps/pipeline/identity.hpp"
#include "apps/pipeline/workers/data_transfer.hpp"

namespace nanonas::pipeline {

FleetPlan WorkerPool::counted(FleetPlan plan) {
    plan.alone = here_ == 0;
    plan.slots_changed = [this, told = std::move(plan.slots_changed)](std::int64_t slots) {
        share_ = std::max(1, here_ + static_cast<int>(slots));
        if (told) {
            told(slots);
        }
    };
    return plan;
}

WorkerPool::WorkerPool(FleetPlan plan, int here, const std::atomic<int>* places)
    : here_(here), places_(places), share_(std::max(1, here)), fleet_(counted(std::move(plan))) {
    own_.host = "here";
    own_.slots = here;
}

bool WorkerPool::Place::take() {
    const std::lock_guard<std::mutex> lock(pool_.mutex_);
    const int places = pool_.places_ == nullptr ? pool_.here_ : pool_.places_->load();
    if (!taken_ && pool_.taken_ < std::min(pool_.here_, places)) {
        ++pool_.taken_;
        taken_ = true;
    }
    return taken_;
}

void WorkerPool::Place::give_back() {
    if (std::exchange(taken_, false)) {
        const std::lock_guard<std::mutex> lock(pool_.mutex_);
        --pool_.taken_;
    }
}

void WorkerPool::Place::used(double seconds) {
    const std::lock_guard<std::mutex> lock(pool_.mutex_);
    ++pool_.own_.evaluations;
    pool_.own_.seconds += seconds;
}

std::vector<WorkerReport> WorkerPool::reports() const {
    std::vector<WorkerReport> reports = fleet_.reports();
    if (here_ > 0) {
        const std::lock_guard<std::mutex> lock(mutex_);
        reports.insert(reports.begin(), own_);
    }
    return reports;
}

OpenSearch::OpenSearch(std::shared_ptr<WorkerPool> pool, Connection::Search search)
    : pool_(std::move(pool)), number_(pool_->fleet().open(std::move(search))) {}

OpenSearch::~OpenSearch() {
    pool_->fleet().close(number_);
}

void OpenSearch::wait_for_one(const std::atomic<bool>* stop) const {
    pool_->fleet().wait_for_one(number_, stop);
}

int workers_here(const RunSpec& spec, const Task& task) {
    return spec.workers == kNobodyHere ? 0 : task.threads;
}

FleetPlan fleet_plan(const std::string& from, const std::string& program, const Task& task) {
    FleetPlan plan;
    plan.sources = parse_worker_sources(from, program);
    plan.told = task.told;
    return plan;
}

std::shared_ptr<OpenSearch> open_search(const std::shared_ptr<WorkerPool>& pool,
                                        const RunSpec& spec, const train::TrainingSet& data,
                                        bool of_path) {
    Connection::Search search;
    const std::vector<std::string> names = candidate_options();
    for (const auto& [option, text] : deciding_options(spec, Verb::kSearch)) {
        if (std::find(names.begin(), names.end(), option->name) != names.end()) {
            search.open.options[option->name] = text;
        }
    }
    search.open.data = note_of(data, of_path);
    search.data = data;
    const space::Problem problem{data.set.store->view().shape,
                                 static_cast<std::int64_t>(data.set.labels.size())};
    search.arithmetic = search_arithmetic(spec, *space_of(spec, problem));
    return std::make_shared<OpenSearch>(pool, std::move(search));
}

}  // namespace nanonas::pipeline
