// A few threads that work on the same short phases again and again. Items are claimed one by one,
// so a thread that is kept from its core holds up nobody but the item it has. Waiting threads spin
// for some microseconds, the length of a phase, before they sleep.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>

#include "space/parallel.hpp"

namespace nanonas::train::lanes {

class ThreadTeam {
  public:
    /// work(item, thread): must not throw.
    using Work = std::function<void(std::ptrdiff_t item, std::ptrdiff_t thread)>;

    /// `threads` >= 1, the caller among them. Where the system has no room for so many, the team is
    /// smaller.
    explicit ThreadTeam(int threads);
    ~ThreadTeam();
    ThreadTeam(const ThreadTeam&) = delete;
    ThreadTeam& operator=(const ThreadTeam&) = delete;

    std::ptrdiff_t size() const { return static_cast<std::ptrdiff_t>(workers_.size()) + 1; }

    /// Work for every item in [0, count), in any order; returns when all are done.
    void run(std::ptrdiff_t count, const Work& work);

  private:
    void serve(std::ptrdiff_t thread);
    /// Claims and does items of the given round until none is left.
    void take_part(std::uint32_t round, std::ptrdiff_t thread);

    /// The round (32 bits), how many items it has (16) and the next one to claim (16).
    std::atomic<std::uint64_t> claim_{0};
    std::atomic<const Work*> work_{nullptr};
    std::atomic<std::ptrdiff_t> first_item_{0};
    std::atomic<std::uint64_t> done_{0};
    std::atomic<bool> stop_{false};
    std::mutex mutex_;
    std::condition_variable wake_;
    ThreadGroup workers_;  // last: all they use outlives them
};

}  // namespace nanonas::train::lanes
