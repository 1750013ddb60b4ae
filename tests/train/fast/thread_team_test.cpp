#include "train/engine/fast/thread_team.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "space/random.hpp"
#include "tests/support/thread_limit.hpp"

using namespace nanonas;
using train::lanes::ThreadTeam;

TEST_CASE("every item is worked on once, whatever the number of threads and items") {
    for (const int threads : {1, 2, 3, 8}) {
        ThreadTeam team(threads);
        REQUIRE(team.size() == threads);
        for (const std::ptrdiff_t count : {0, 1, 2, 7, 100}) {
            INFO("threads " << threads << ", items " << count);
            std::vector<int> done(static_cast<std::size_t>(count), 0);  // unguarded on purpose
            team.run(count, [&](std::ptrdiff_t item, std::ptrdiff_t) {
                ++done[static_cast<std::size_t>(item)];
            });
            for (const int times : done) {
                REQUIRE(times == 1);
            }
        }
    }
}

TEST_CASE("more items than one round holds are all done") {
    ThreadTeam team(2);
    constexpr std::ptrdiff_t kItems = 150000;
    std::vector<char> done(kItems, 0);
    team.run(kItems, [&](std::ptrdiff_t item, std::ptrdiff_t) {
        done[static_cast<std::size_t>(item)] = 1;
    });
    CHECK(std::count(done.begin(), done.end(), 1) == kItems);
}

TEST_CASE("a phase sees all that the phase before it wrote, over many short phases") {
    constexpr std::ptrdiff_t kItems = 6;
    for (const int threads : {2, 3}) {
        ThreadTeam team(threads);
        std::vector<std::uint64_t> now(kItems, 1), next(kItems, 0);  // unguarded on purpose
        std::vector<std::uint64_t> expected = now;
        for (int phase = 0; phase < 3000; ++phase) {
            team.run(kItems, [&](std::ptrdiff_t item, std::ptrdiff_t) {
                const auto i = static_cast<std::size_t>(item);
                next[i] = now[i] * 3 + now[(i + 1) % kItems];
            });
            now.swap(next);
            std::vector<std::uint64_t> after(kItems);
            for (std::size_t i = 0; i < kItems; ++i) {
                after[i] = expected[i] * 3 + expected[(i + 1) % kItems];
            }
            expected = after;
        }
        CHECK(now == expected);
    }
}

TEST_CASE("a thread's number is its own while it works") {
    constexpr int kThreads = 4;
    ThreadTeam team(kThreads);
    std::vector<std::atomic<int>> inside(kThreads);
    std::atomic<bool> clash{false};
    for (int phase = 0; phase < 200; ++phase) {
        team.run(16, [&](std::ptrdiff_t, std::ptrdiff_t thread) {
            std::atomic<int>& mine = inside[static_cast<std::size_t>(thread)];
            clash = clash || ++mine != 1;
            --mine;
        });
    }
    CHECK_FALSE(clash);
}

TEST_CASE("teams come and go, used or not, one inside a thread of its own") {
    for (int i = 0; i < 50; ++i) {
        const ThreadTeam unused(3);
    }
    std::vector<std::thread> owners;
    std::atomic<std::ptrdiff_t> sum{0};
    for (int owner = 0; owner < 3; ++owner) {
        owners.emplace_back([&] {
            ThreadTeam team(2);
            for (int phase = 0; phase < 100; ++phase) {
                team.run(5, [&](std::ptrdiff_t item, std::ptrdiff_t) { sum += item; });
            }
        });
    }
    for (std::thread& owner : owners) {
        owner.join();
    }
    CHECK(sum == 3 * 100 * 10);
}

TEST_CASE("a team is smaller where the system gives fewer threads") {
    for (const int given : {0, 1, 2}) {
        const testing::ThreadLimit limit(given);
        ThreadTeam team(8);
        REQUIRE(team.size() == given + 1);
        std::vector<int> done(100, 0);
        team.run(100, [&](std::ptrdiff_t item, std::ptrdiff_t thread) {
            done[static_cast<std::size_t>(item)] += thread <= given ? 1 : 2;
        });
        CHECK(done == std::vector<int>(100, 1));
    }
}
