// Who trains the candidates of one search, or of the searches of a batch: the workers of a fleet,
// and places here.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "apps/pipeline/run_spec.hpp"
#include "apps/pipeline/workers/fleet.hpp"
#include "space/task.hpp"
#include "train/data/dataset.hpp"

namespace nanonas::pipeline {

/// Any thread.
class WorkerPool {
  public:
    /// `here`: so many evaluations at a time in this process, 0 for none; `places`, where it is not
    /// null, says how many of them are free for it now.
    WorkerPool(FleetPlan plan, int here, const std::atomic<int>* places = nullptr);

    Fleet& fleet() { return fleet_; }
    /// How many evaluations can run now, here and elsewhere; at least 1.
    const std::atomic<int>& share() const { return share_; }

    /// A place here, when one is free.
    class Place {
      public:
        explicit Place(WorkerPool& pool) : pool_(pool) {}
        ~Place() { give_back(); }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

        bool take();
        void give_back();
        /// An evaluation was brought to an end in it.
        void used(double seconds);

      private:
        WorkerPool& pool_;
        bool taken_ = false;
    };

    /// Who worked, those here first.
    std::vector<WorkerReport> reports() const;

  private:
    FleetPlan counted(FleetPlan plan);

    const int here_;
    const std::atomic<int>* const places_;
    std::atomic<int> share_;
    mutable std::mutex mutex_;  ///< guards the places taken and what was done in them
    int taken_ = 0;
    WorkerReport own_;
    Fleet fleet_;  ///< last: its thread tells of slots
};

/// A search that the workers of a pool have been told of, until nobody holds it any more.
class OpenSearch {
  public:
    OpenSearch(std::shared_ptr<WorkerPool> pool, Connection::Search search);
    ~OpenSearch();
    OpenSearch(const OpenSearch&) = delete;
    OpenSearch& operator=(const OpenSearch&) = delete;

    WorkerPool& pool() const { return *pool_; }
    std::int64_t number() const { return number_; }
    /// Until a worker is ready for it; see Fleet.
    void wait_for_one(const std::atomic<bool>* stop) const;

  private:
    const std::shared_ptr<WorkerPool> pool_;
    const std::int64_t number_;
};

/// How many candidates at a time are trained by the search itself.
int workers_here(const RunSpec& spec, const Task& task);

/// The workers that `from` names, a source a line.
FleetPlan fleet_plan(const std::string& from, const std::string& program, const Task& task);

/// The search of `spec` on `data`; `of_path`: they are what the spec's paths lead to. Searches that
/// train candidates alike are one.
std::shared_ptr<OpenSearch> open_search(const std::shared_ptr<WorkerPool>& pool,
                                        const RunSpec& spec, const train::TrainingSet& data,
                                        bool of_path);

}  // namespace nanonas::pipeline
