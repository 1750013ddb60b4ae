#include "train/engine/fast/thread_team.hpp"

#include <algorithm>

namespace nanonas::train::lanes {

namespace {

/// Looks this often before giving the core away; some tens of microseconds.
constexpr int kSpins = 2000;
constexpr std::ptrdiff_t kMostItems = 0xFFFF;

void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

std::uint32_t round_of(std::uint64_t claim) {
    return static_cast<std::uint32_t>(claim >> 32);
}

std::uint64_t count_of(std::uint64_t claim) {
    return claim >> 16 & 0xFFFF;
}

std::uint64_t next_of(std::uint64_t claim) {
    return claim & 0xFFFF;
}

}  // namespace

ThreadTeam::ThreadTeam(int threads) {
    for (std::ptrdiff_t thread = 1; thread < threads; ++thread) {
        if (!workers_.start([this, thread] { serve(thread); })) {
            break;
        }
    }
}

ThreadTeam::~ThreadTeam() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    workers_.join();
}

void ThreadTeam::take_part(std::uint32_t round, std::ptrdiff_t thread) {
    std::uint64_t claim = claim_.load();
    while (round_of(claim) == round && next_of(claim) < count_of(claim)) {
        if (claim_.compare_exchange_weak(claim, claim + 1)) {
            // The round cannot end before this item is done, so work_ is this round's.
            (*work_.load())(first_item_.load() + static_cast<std::ptrdiff_t>(next_of(claim)),
                            thread);
            ++done_;
            claim = claim_.load();
        }
    }
}

void ThreadTeam::run(std::ptrdiff_t count, const Work& work) {
    if (workers_.size() == 0 || count < 2) {
        for (std::ptrdiff_t item = 0; item < count; ++item) {
            work(item, 0);
        }
        return;
    }
    for (std::ptrdiff_t first = 0; first < count; first += kMostItems) {
        const auto items = static_cast<std::uint64_t>(std::min(kMostItems, count - first));
        work_ = &work;
        first_item_ = first;
        done_ = 0;
        const std::uint32_t round = round_of(claim_.load()) + 1;
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            claim_ = static_cast<std::uint64_t>(round) << 32 | items << 16;
        }
        wake_.notify_all();
        take_part(round, 0);
        for (int spin = 0; done_.load() != items; ++spin) {
            if (spin < kSpins) {
                pause();
            } else {
                std::this_thread::yield();
            }
        }
    }
}

void ThreadTeam::serve(std::ptrdiff_t thread) {
    std::uint32_t seen = 0;
    const auto idle = [&] { return round_of(claim_.load()) == seen && !stop_.load(); };
    for (;;) {
        for (int spin = 0; spin < kSpins && idle(); ++spin) {
            pause();
        }
        if (idle()) {
            std::unique_lock<std::mutex> lock(mutex_);
            wake_.wait(lock, [&] { return !idle(); });
        }
        if (stop_.load()) {
            return;
        }
        seen = round_of(claim_.load());
        take_part(seen, thread);
    }
}

}  // namespace nanonas::train::lanes
