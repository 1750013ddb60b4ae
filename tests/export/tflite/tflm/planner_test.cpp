#include "export/tflite/tflm/planner.hpp"

#include <catch2/catch.hpp>

#include "space/random.hpp"

using namespace nanonas::exporting::tflm;
using Offsets = std::vector<std::int64_t>;

TEST_CASE("buffers that are never alive together share their place") {
    const Plan plan = greedy_plan({{64, 0, 0}, {48, 1, 1}, {32, 2, 2}});
    CHECK(plan.offsets == Offsets{0, 0, 0});
    CHECK(plan.bytes == 64);
}

TEST_CASE("the largest is placed first, the others above it") {
    const Plan plan = greedy_plan({{16, 0, 1}, {64, 0, 1}, {32, 0, 1}});
    CHECK(plan.offsets == Offsets{96, 0, 64});
    CHECK(plan.bytes == 112);
}

TEST_CASE("of equal buffers the one added last is placed first") {
    CHECK(greedy_plan({{32, 0, 1}, {32, 0, 1}, {32, 0, 1}}).offsets == Offsets{64, 32, 0});
}

TEST_CASE("a gap that is large enough is filled") {
    // 96 at 0 and 80 above it are alive in turn with 64: it goes where 96 was.
    const Plan plan = greedy_plan({{96, 0, 1}, {80, 1, 2}, {64, 2, 3}});
    CHECK(plan.offsets == Offsets{0, 96, 0});
    CHECK(plan.bytes == 176);
}

TEST_CASE("a gap that is too small is passed over") {
    const Plan plan = greedy_plan({{80, 0, 1}, {64, 1, 2}, {48, 2, 3}, {72, 3, 4}});
    CHECK(plan.offsets == Offsets{0, 80, 144, 0});
    CHECK(plan.bytes == 192);
}

TEST_CASE("no plan needs nothing") {
    CHECK(greedy_plan({}).bytes == 0);
}

TEST_CASE("buffers alive together never overlap, and the plan ends where the last one does") {
    constexpr std::uint64_t kSeed = 11;
    INFO("seed " << kSeed);
    nanonas::Rng rng(kSeed);
    for (int round = 0; round < 500; ++round) {
        std::vector<Buffer> buffers;
        const auto count = 1 + rng.below(30);
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto first = static_cast<std::int64_t>(rng.below(12));
            buffers.push_back({16 * static_cast<std::int64_t>(1 + rng.below(20)), first,
                               first + static_cast<std::int64_t>(rng.below(4))});
        }
        const Plan plan = greedy_plan(buffers);
        std::int64_t end = 0;
        std::int64_t alive_peak = 0;
        for (std::size_t a = 0; a < buffers.size(); ++a) {
            end = std::max(end, plan.offsets[a] + buffers[a].bytes);
            std::int64_t alive = 0;
            for (std::size_t b = 0; b < buffers.size(); ++b) {
                const bool together = buffers[a].first_use <= buffers[b].last_use &&
                                      buffers[b].first_use <= buffers[a].last_use;
                if (buffers[b].first_use <= buffers[a].first_use &&
                    buffers[b].last_use >= buffers[a].first_use) {
                    alive += buffers[b].bytes;
                }
                if (a != b && together) {
                    CHECK((plan.offsets[a] + buffers[a].bytes <= plan.offsets[b] ||
                           plan.offsets[b] + buffers[b].bytes <= plan.offsets[a]));
                }
            }
            alive_peak = std::max(alive_peak, alive);
        }
        CHECK(plan.bytes == end);
        CHECK(plan.bytes >= alive_peak);
    }
}
