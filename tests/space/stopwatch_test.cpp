#include "space/stopwatch.hpp"

#include <catch2/catch.hpp>
#include <thread>

using namespace nanonas;

namespace {

/// Busy until this thread has taken that much CPU time.
void work(double seconds) {
    const double begin = thread_cpu_seconds();
    while (thread_cpu_seconds() - begin < seconds) {
    }
}

}  // namespace

TEST_CASE("a stopwatch counts sleep, CPU time does not") {
    const double before = thread_cpu_seconds();
    const Stopwatch watch;
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    CHECK(watch.seconds() >= 0.06);
    CHECK(thread_cpu_seconds() - before < 0.05);
}

TEST_CASE("another thread's CPU time is the process's, not this thread's") {
    const double mine = thread_cpu_seconds();
    const double all = process_cpu_seconds();
    std::thread([] { work(0.06); }).join();
    CHECK(process_cpu_seconds() - all >= 0.05);
    CHECK(thread_cpu_seconds() - mine < 0.05);
}
