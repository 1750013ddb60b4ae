#include "space/parallel.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "space/errors.hpp"
#include "tests/support/thread_limit.hpp"

using namespace nanonas;

TEST_CASE("every index is worked on once") {
    for (const int threads : {0, 1, 2, 7}) {
        std::vector<std::atomic<int>> seen(500);
        double last = 0.0;
        for_each_index(
            500, threads, [&](std::size_t, std::int64_t i) { ++seen[static_cast<std::size_t>(i)]; },
            [&](double fraction) { last = fraction; });
        for (const std::atomic<int>& count : seen) {
            REQUIRE(count == 1);
        }
        CHECK(last == 1.0);
    }
}

TEST_CASE("an exception in a worker reaches the caller") {
    for (const int threads : {1, 3}) {
        const auto work = [](std::size_t, std::int64_t index) {
            if (index == 40) {
                throw DataError("image 40");
            }
        };
        CHECK_THROWS_AS(for_each_index(100, threads, work), DataError);
    }
}

TEST_CASE("a stop ends the work early") {
    std::atomic<bool> stop{false};
    std::atomic<int> done{0};
    const auto work = [&](std::size_t, std::int64_t index) {
        ++done;
        if (index == 10) {
            stop = true;
        }
    };
    CHECK_THROWS_AS(for_each_index(10'000, 2, work, {}, &stop), Interrupted);
    CHECK(done < 10'000);
}

TEST_CASE("threads that the system does not give are done without") {
    for (const int given : {0, 1, 2}) {
        const testing::ThreadLimit limit(given);
        std::vector<std::atomic<int>> seen(500);
        for_each_index(500, 8,
                       [&](std::size_t, std::int64_t i) { ++seen[static_cast<std::size_t>(i)]; });
        for (const std::atomic<int>& count : seen) {
            REQUIRE(count == 1);
        }
    }
    const testing::ThreadLimit limit(1);
    ThreadGroup group;
    CHECK(group.start([] {}));
    CHECK_FALSE(group.start([] {}));
    CHECK(group.size() == 1);
}
