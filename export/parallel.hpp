// Work on many images at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

namespace nanonas::exporting {

/// Calls work(worker, index) for every index in [0, count) once, in any order, on `threads` threads
/// (at least 1; worker in [0, threads)). `progress` is called from the calling thread. The first
/// exception of any worker is rethrown here; throws Interrupted when `stop` becomes true.
void for_each_index(std::int64_t count, int threads,
                    const std::function<void(std::size_t worker, std::int64_t index)>& work,
                    const std::function<void(double fraction)>& progress = {},
                    const std::atomic<bool>* stop = nullptr);

}  // namespace nanonas::exporting
