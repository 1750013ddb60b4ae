#include "space/parallel.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <utility>

#include "space/errors.hpp"

namespace nanonas {

bool ThreadGroup::start(std::function<void()> work) {
    try {
        threads_.emplace_back(std::move(work));
        return true;
    } catch (const std::system_error&) {
    } catch (const std::bad_alloc&) {
    }
    return false;
}

void ThreadGroup::join() {
    for (std::thread& thread : threads_) {
        thread.join();
    }
    threads_.clear();
}

void for_each_index(std::int64_t count, int threads,
                    const std::function<void(std::size_t, std::int64_t)>& work,
                    const std::function<void(double)>& progress, const std::atomic<bool>* stop) {
    constexpr std::int64_t kReportEvery = 64;
    std::atomic<std::int64_t> next{0};
    std::atomic<bool> failed{false};
    std::exception_ptr failure;
    std::mutex failure_mutex;
    const auto stopped = [&] { return stop != nullptr && stop->load(); };

    const auto run = [&](std::size_t worker) {
        try {
            std::int64_t done = 0;
            while (!failed && !stopped()) {
                const std::int64_t index = next++;
                if (index >= count) {
                    return;
                }
                work(worker, index);
                if (worker == 0 && progress && ++done % kReportEvery == 0) {
                    progress(static_cast<double>(index + 1) / static_cast<double>(count));
                }
            }
        } catch (...) {
            const std::lock_guard<std::mutex> lock(failure_mutex);
            if (!failed.exchange(true)) {
                failure = std::current_exception();
            }
        }
    };

    ThreadGroup helpers;
    const std::int64_t workers =
        std::clamp<std::int64_t>(threads, 1, std::max<std::int64_t>(count, 1));
    std::size_t worker = 1;
    while (static_cast<std::int64_t>(worker) < workers &&
           helpers.start([&run, worker] { run(worker); })) {
        ++worker;
    }
    run(0);
    helpers.join();
    if (failure) {
        std::rethrow_exception(failure);
    }
    if (stopped()) {
        throw Interrupted();
    }
    if (progress) {
        progress(1.0);
    }
}

}  // namespace nanonas
