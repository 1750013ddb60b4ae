// Threads and loops over them, for every room.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace nanonas {

/// Threads that may be fewer than asked for; joined on destruction at the latest.
class ThreadGroup {
  public:
    ThreadGroup() = default;
    ThreadGroup(const ThreadGroup&) = delete;
    ThreadGroup& operator=(const ThreadGroup&) = delete;
    ~ThreadGroup() { join(); }

    /// False when the system has no room for another thread. `work` must not throw.
    bool start(std::function<void()> work);
    void join();
    std::size_t size() const { return threads_.size(); }

  private:
    std::vector<std::thread> threads_;
};

/// Calls work(worker, index) for every index in [0, count) once, in any order, on at most `threads`
/// threads (at least the calling one; worker in [0, threads)). Which thread takes which index, and
/// how many the system gives, must change no result. `progress` is called from the calling thread.
/// The first exception of any worker is rethrown here; throws Interrupted when `stop` becomes true.
void for_each_index(std::int64_t count, int threads,
                    const std::function<void(std::size_t worker, std::int64_t index)>& work,
                    const std::function<void(double fraction)>& progress = {},
                    const std::atomic<bool>* stop = nullptr);

}  // namespace nanonas
