// A few threads that work on the same short phases again and again. Waiting threads spin for some
// microseconds, the length of a phase, before they sleep.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace nanonas::train::lanes {

class ThreadTeam {
  public:
    /// `threads` >= 1, the caller among them.
    explicit ThreadTeam(int threads);
    ~ThreadTeam();
    ThreadTeam(const ThreadTeam&) = delete;
    ThreadTeam& operator=(const ThreadTeam&) = delete;

    std::ptrdiff_t size() const { return static_cast<std::ptrdiff_t>(workers_.size()) + 1; }

    /// work(item, thread) for every item in [0, count), in runs of neighbours per thread; returns
    /// when all are done. `work` must not throw.
    void run(std::ptrdiff_t count,
             const std::function<void(std::ptrdiff_t item, std::ptrdiff_t thread)>& work);

  private:
    using Work = std::function<void(std::ptrdiff_t, std::ptrdiff_t)>;

    void serve(std::ptrdiff_t thread);
    void share(const Work& work, std::ptrdiff_t count, std::ptrdiff_t thread) const;

    std::vector<std::thread> workers_;
    const Work* work_ = nullptr;
    std::ptrdiff_t count_ = 0;
    std::atomic<unsigned> round_{0};       ///< one more per run
    std::atomic<std::ptrdiff_t> busy_{0};  ///< workers not yet done with the round
    std::atomic<bool> stop_{false};
    std::mutex mutex_;
    std::condition_variable wake_;
};

}  // namespace nanonas::train::lanes
