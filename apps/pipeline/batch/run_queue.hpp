// Which run is begun next, and how many threads each that is under way may take.
//
// Runs of one family train the same candidates (other target, same images and seed): while one of
// them searches, the others wait, and then find its scores. Its final training holds up nobody. A
// run that is alone has all the threads; several share them out. Workers elsewhere are shared out
// among the runs that search; final trainings are done here.
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
        std::atomic<int> share{1};  ///< threads it may take now; candidates at a time in a search
        bool searching = true;      ///< other runs of its family wait
    };
    using LeasePointer = std::shared_ptr<Lease>;

    /// Whether candidates are trained by workers elsewhere, and here beside them.
    enum class Workers { kNone, kBeside, kAlone };

    /// `families`: of each run, in their order; empty: it trains no candidates. `threads` >= 1.
    RunQueue(std::vector<std::string> families, int threads, const RunPolicy& policy,
             Workers workers = Workers::kNone);

    /// How many runs can be under way at once.
    std::size_t parallel() const;
    /// The same, however many workers come.
    std::size_t most_parallel() const;
    /// Workers elsewhere train so many candidates at a time from now on.
    void set_slots(std::int64_t slots);
    /// How many candidates at a time are trained here, beside those workers.
    const std::atomic<int>& places_here() const { return places_here_; }
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
    void share_out_workers();
    std::size_t side_by_side(std::int64_t slots) const;

    const std::vector<std::string> families_;
    const int threads_;
    const RunPolicy policy_;
    const Workers workers_;
    std::atomic<int> places_here_;

    mutable std::mutex mutex_;  ///< guards all below
    std::condition_variable changed_;
    std::vector<std::size_t> waiting_;
    std::vector<LeasePointer> active_;
    std::int64_t failures_in_a_row_ = 0;
    std::int64_t slots_ = 0;
    bool halted_ = false;
    bool by_policy_ = false;
};

}  // namespace nanonas::pipeline
