#include "apps/pipeline/batch/run_queue.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

namespace nanonas::pipeline {

namespace {

// How soon a Ctrl-C reaches who waits: a signal handler can set a flag, not a condition.
constexpr std::chrono::milliseconds kStopPoll{50};

/// Each run under way has a thread of its own; more would gain nothing.
constexpr std::int64_t kMostSideBySide = 256;

/// What the one at `place` of `count` gets of `all`, at least 1.
int part_of(int all, int count, int place) {
    return std::max(1, all / count + (place < all % count ? 1 : 0));
}

}  // namespace

RunQueue::RunQueue(std::vector<std::string> families, int threads, const RunPolicy& policy,
                   Workers workers)
    : families_(std::move(families)),
      threads_(threads),
      policy_(policy),
      workers_(workers),
      places_here_(workers == Workers::kAlone ? 0 : threads),
      waiting_(families_.size()) {
    std::iota(waiting_.begin(), waiting_.end(), std::size_t{0});
}

std::size_t RunQueue::side_by_side(std::int64_t slots) const {
    const std::int64_t wanted = policy_.max_parallel > 0 ? policy_.max_parallel : threads_ + slots;
    return std::max<std::size_t>(1, std::min(static_cast<std::size_t>(wanted), families_.size()));
}

std::size_t RunQueue::parallel() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return side_by_side(slots_);
}

std::size_t RunQueue::most_parallel() const {
    return side_by_side(workers_ == Workers::kNone ? 0 : kMostSideBySide);
}

void RunQueue::set_slots(std::int64_t slots) {
    const std::lock_guard<std::mutex> lock(mutex_);
    slots_ = std::min(slots, kMostSideBySide);
    share_out();
    changed_.notify_all();
}

std::optional<std::size_t> RunQueue::next() const {
    if (active_.size() >= side_by_side(slots_)) {
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
    if (workers_ != Workers::kNone) {
        share_out_workers();
        return;
    }
    const auto count = static_cast<int>(active_.size());
    for (int i = 0; i < count; ++i) {
        active_[static_cast<std::size_t>(i)]->share = part_of(threads_, count, i);
    }
}

/// What is done here alone has its part of the threads; searches share out the rest and the
/// workers.
void RunQueue::share_out_workers() {
    const auto searching = static_cast<int>(std::count_if(
        active_.begin(), active_.end(), [](const auto& lease) { return lease->searching; }));
    const int others = static_cast<int>(active_.size()) - searching;
    const int count = workers_ == Workers::kBeside ? others + searching : others;
    int left = threads_;
    int place = 0;
    for (const LeasePointer& lease : active_) {
        if (!lease->searching) {
            lease->share = part_of(threads_, count, place++);
            left -= lease->share;
        }
    }
    places_here_ = workers_ == Workers::kAlone ? 0 : std::max(1, left);
    const int candidates = places_here_ + static_cast<int>(slots_);
    place = 0;
    for (const LeasePointer& lease : active_) {
        if (lease->searching) {
            lease->share = part_of(candidates, searching, place++);
        }
    }
}

RunQueue::LeasePointer RunQueue::take(const std::atomic<bool>* stop) {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!halted_ && !waiting_.empty() && (stop == nullptr || !*stop)) {
        if (const auto at = next()) {
            auto lease = std::make_shared<Lease>();
            lease->run = waiting_[*at];
            lease->searching = !families_[lease->run].empty();
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
    share_out();
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
