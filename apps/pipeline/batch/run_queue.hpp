// Which run is begun next, and how many threads each that is under way may take.
//
// Runs of one family train the same candidates (other target, same images and seed): while one of
// them searches, the others wait, and then find its scores. Its final training holds up nobody. A
// run that is alone has all the threads; several share them out.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "apps/pipeline/batch/plan.hpp"

namespace nanonas::pipeline {

class RunQueue {
  public:
    /// A run under way.
    struct Lease {
        std::size_t run = 0;
        std::atomic<int> share{1};  ///< threads it may take now
        bool searching = true;
    };
    using LeasePointer = std::shared_ptr<Lease>;

    /// `families`: of each run, in their order; empty: of none. `threads` >= 1.
    RunQueue(std::vector<std::string> families, int threads, const RunPolicy& policy);

    /// How many runs can be under way at once.
    std::size_t parallel() const { return parallel_; }
    /// The next; waits for one that may be begun. Nothing when none is left, or none is to be begun
    /// any more.
    LeasePointer take(const std::atomic<bool>* stop);
    /// Others of its family may be begun.
    void searched(const LeasePointer& lease);
    void ended(const LeasePointer& lease, bool failed);
    /// No further run is begun.
    void halt();
    /// It was the policy that halted it.
    bool stopped_by_policy() const;

  private:
    std::optional<std::size_t> next() const;
    void share_out();

    const std::vector<std::string> families_;
    const int threads_;
    const RunPolicy policy_;
    const std::size_t parallel_;

    mutable std::mutex mutex_;  ///< guards all below
    std::condition_variable changed_;
    std::vector<std::size_t> waiting_;
    std::vector<LeasePointer> active_;
    std::int64_t failures_in_a_row_ = 0;
    bool halted_ = false;
    bool by_policy_ = false;
};

}  // namespace nanonas::pipeline
