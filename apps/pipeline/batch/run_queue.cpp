#include "apps/pipeline/batch/run_queue.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

namespace nanonas::pipeline {

namespace {

// How soon a Ctrl-C reaches who waits: a signal handler can set a flag, not a condition.
constexpr std::chrono::milliseconds kStopPoll{50};

std::size_t parallel_of(const RunPolicy& policy, int threads, std::size_t runs) {
    const std::int64_t wanted = policy.max_parallel > 0 ? policy.max_parallel : threads;
    return std::max<std::size_t>(1, std::min(static_cast<std::size_t>(wanted), runs));
}

}  // namespace

RunQueue::RunQueue(std::vector<std::string> families, int threads, const RunPolicy& policy)
    : families_(std::move(families)),
      threads_(threads),
      policy_(policy),
      parallel_(parallel_of(policy, threads, families_.size())),
      waiting_(families_.size()) {
    std::iota(waiting_.begin(), waiting_.end(), std::size_t{0});
}

std::optional<std::size_t> RunQueue::next() const {
    if (active_.size() >= parallel_) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
        const std::string& family = families_[waiting_[i]];
        const bool free = std::none_of(active_.begin(), active_.end(), [&](const auto& lease) {
            return lease->searching && families_[lease->run] == family;
        });
        if (family.empty() || free) {
            return i;
        }
    }
    return std::nullopt;
}

void RunQueue::share_out() {
    const auto count = static_cast<int>(active_.size());
    for (int i = 0; i < count; ++i) {
        const int share = threads_ / count + (i < threads_ % count ? 1 : 0);
        active_[static_cast<std::size_t>(i)]->share = std::max(1, share);
    }
}

RunQueue::LeasePointer RunQueue::take(const std::atomic<bool>* stop) {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!halted_ && !waiting_.empty() && (stop == nullptr || !*stop)) {
        if (const auto at = next()) {
            auto lease = std::make_shared<Lease>();
            lease->run = waiting_[*at];
            waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(*at));
            active_.push_back(lease);
            share_out();
            return lease;
        }
        changed_.wait_for(lock, kStopPoll);
    }
    return nullptr;
}

void RunQueue::searched(const LeasePointer& lease) {
    const std::lock_guard<std::mutex> lock(mutex_);
    lease->searching = false;
    changed_.notify_all();
}

void RunQueue::ended(const LeasePointer& lease, bool failed) {
    const std::lock_guard<std::mutex> lock(mutex_);
    active_.erase(std::remove(active_.begin(), active_.end(), lease), active_.end());
    share_out();
    failures_in_a_row_ = failed ? failures_in_a_row_ + 1 : 0;
    const bool too_many = policy_.max_consecutive_failures > 0 &&
                          failures_in_a_row_ >= policy_.max_consecutive_failures;
    if (failed && !waiting_.empty() && (policy_.stop_on_failure || too_many)) {
        halted_ = true;
        by_policy_ = true;
    }
    changed_.notify_all();
}

void RunQueue::halt() {
    const std::lock_guard<std::mutex> lock(mutex_);
    halted_ = true;
    changed_.notify_all();
}

bool RunQueue::stopped_by_policy() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return by_policy_;
}

}  // namespace nanonas::pipeline
