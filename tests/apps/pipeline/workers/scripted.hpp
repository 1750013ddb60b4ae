// Workers that are shell scripts, for every fault a real one may have.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "apps/pipeline/workers/fleet_evaluator.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/train/memory_set.hpp"

namespace nanonas::test {

/// A fleet whose workers run scripts in a folder of their own. The scripts have these words:
///     hello [SLOTS]   greets
///     open            takes the search, and opens it
///     next            waits for the next line; id, and asked (evaluate, cancel); ends with the
///     input answer SCORE    done beat            progress once NAME       succeeds the first time
///     that any script says it serve           answers 0.5 to whatever is asked
class Scripted {
  public:
    Scripted();

    /// One more worker.
    void add(const std::string& script);
    /// `here` evaluations at a time score 0.25, once there is no file "hold".
    pipeline::FleetEvaluator& start(int here = 0);
    /// Another search of the same workers, on images of its own.
    std::unique_ptr<pipeline::FleetEvaluator> another(std::uint64_t seed);
    /// Of (k, 0); `stop` may be null.
    nas::Evaluation evaluate(std::int64_t k, const std::atomic<bool>* stop = nullptr);
    void end();

    pipeline::FleetLimits& limits() { return plan_.limits; }
    pipeline::WorkerPool& pool() { return *pool_; }
    std::string told() const;
    /// Whether the fleet, some moments after it acts, says so.
    bool tells(const std::string& text) const;
    std::string file(const std::string& name) const { return folder_ / name; }
    bool exists(const std::string& name) const;
    std::vector<pipeline::WorkerReport> reports() const { return pool_->reports(); }

  private:
    testing::TemporaryFolder folder_;
    train::TrainingSet data_;
    pipeline::FleetPlan plan_;
    mutable std::mutex mutex_;
    std::string told_;
    std::shared_ptr<pipeline::WorkerPool> pool_;
    std::unique_ptr<pipeline::FleetEvaluator> evaluator_;
};

/// Waits, some seconds at most, until it holds.
bool soon(const std::function<bool()>& holds);

}  // namespace nanonas::test
