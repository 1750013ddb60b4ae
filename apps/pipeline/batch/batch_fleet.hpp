// One fleet of workers for all searches of a batch: started once, told of each search that differs
// in what it trains, and asked by whichever run searches.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "apps/pipeline/batch/batch.hpp"
#include "apps/pipeline/batch/run_queue.hpp"
#include "apps/pipeline/workers/worker_pool.hpp"

namespace nanonas::pipeline {

/// Any thread.
class BatchFleet {
  public:
    /// `families` of the runs to be done, empty for those that train no candidates: without others
    /// no worker is started. The queue is told how many workers there are; it must outlive this.
    BatchFleet(RunQueue& queue, const std::vector<std::string>& families,
               const BatchWorkers& workers, const Task& task);

    /// How a queue is to share out.
    static RunQueue::Workers kind_of(const BatchWorkers& workers);

    const std::shared_ptr<WorkerPool>& pool() const { return pool_; }

    /// Where nobody trains candidates here: until a worker is ready for that search. Throws
    /// ConfigError when none can be, and Interrupted.
    void wait_for_one(const RunSpec& spec, const train::TrainingSet& images) const;
    /// Workers are told of the family's search, and hold it until its last run has ended: the next
    /// run finds it open.
    void begin(const std::string& family, const RunSpec& spec, const train::TrainingSet& images);
    void end(const std::string& family);

    /// Who worked, those here first; nobody where there is no fleet.
    std::vector<WorkerReport> reports() const;

  private:
    const bool waits_;
    const Task& task_;
    std::shared_ptr<WorkerPool> pool_;
    std::mutex mutex_;  ///< guards all below
    std::map<std::string, std::size_t> runs_left_;
    std::map<std::string, std::shared_ptr<OpenSearch>> open_;
};

}  // namespace nanonas::pipeline
