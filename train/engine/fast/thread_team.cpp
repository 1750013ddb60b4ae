#include "train/engine/fast/thread_team.hpp"

namespace nanonas::train::lanes {

namespace {

/// Looks this often before giving the core away; some tens of microseconds.
constexpr int kSpins = 4000;

void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

}  // namespace

ThreadTeam::ThreadTeam(int threads) {
    for (std::ptrdiff_t thread = 1; thread < threads; ++thread) {
        workers_.emplace_back([this, thread] { serve(thread); });
    }
}

ThreadTeam::~ThreadTeam() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        stop_ = true;
        ++round_;
    }
    wake_.notify_all();
    for (std::thread& worker : workers_) {
        worker.join();
    }
}

void ThreadTeam::share(const Work& work, std::ptrdiff_t count, std::ptrdiff_t thread) const {
    const std::ptrdiff_t last = count * (thread + 1) / size();
    for (std::ptrdiff_t item = count * thread / size(); item < last; ++item) {
        work(item, thread);
    }
}

void ThreadTeam::run(std::ptrdiff_t count, const Work& work) {
    if (workers_.empty() || count < 2) {
        for (std::ptrdiff_t item = 0; item < count; ++item) {
            work(item, 0);
        }
        return;
    }
    work_ = &work;
    count_ = count;
    busy_ = static_cast<std::ptrdiff_t>(workers_.size());
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        ++round_;
    }
    wake_.notify_all();
    share(work, count, 0);
    for (int spin = 0; busy_.load() != 0; ++spin) {
        if (spin < kSpins) {
            pause();
        } else {
            std::this_thread::yield();
        }
    }
}

void ThreadTeam::serve(std::ptrdiff_t thread) {
    unsigned seen = 0;
    for (;;) {
        for (int spin = 0; spin < kSpins && round_.load() == seen; ++spin) {
            pause();
        }
        if (round_.load() == seen) {
            std::unique_lock<std::mutex> lock(mutex_);
            wake_.wait(lock, [&] { return round_.load() != seen; });
        }
        seen = round_.load();
        if (stop_.load()) {
            return;
        }
        share(*work_, count_, thread);
        --busy_;
    }
}

}  // namespace nanonas::train::lanes
