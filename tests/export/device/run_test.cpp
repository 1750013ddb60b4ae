// Exports on every emulated core, byte for byte; what is broken is found.
#include "export/device/run.hpp"

#include <catch2/catch.hpp>

#include "export/device/check.hpp"
#include "export/device/validate.hpp"
#include "export/native/cost.hpp"
#include "export/native/streaming_plan.hpp"
#include "space/errors.hpp"
#include "tests/export/device/exported.hpp"
#include "tests/support/draw.hpp"
#include "tests/support/message_of.hpp"
#include "tests/support/skip.hpp"

using namespace nanonas;
using Catch::Contains;
using device::Entry;
using testing::draw;
using testing::Exported;

namespace {

constexpr std::uint64_t kSeed = 7301;

/// True when the tools are here; says so when they are not.
bool tools_found(const device::Toolchain& tools) {
    if (!tools.can_run()) {
        testing::skip("nothing is run: " + tools.missing);
    }
    return tools.can_run();
}

device::RunRequest request_of(const Exported& exported, Entry entry) {
    return {exported.source, entry, exported.classes, exported.images.view(), false};
}

std::string error_of(const Exported& exported, const device::Toolchain& tools,
                     const device::Limits& limits = {}) {
    return testing::message_of<ExportError>([&] {
        device::run(request_of(exported, Entry::kFrame), device::core_named("cortex-m4"), tools,
                    limits);
    });
}

}  // namespace

TEST_CASE("every core gives the oracle's bytes through both entry points") {
    const device::Toolchain tools = device::find_toolchain();
    if (!tools_found(tools)) {
        return;
    }
    INFO("seed " << kSeed);
    Rng rng(kSeed);
    for (const device::Core& core : device::cores()) {
        for (int i = 0; i < 2; ++i) {
            const space::CellSpace cells{
                {draw(rng, 1, 24), draw(rng, 1, 24), draw(rng, 0, 1) * 2 + 1}, draw(rng, 2, 12)};
            const space::Candidate candidate{draw(rng, 1, 9), draw(rng, 0, cells.deepest())};
            const Exported exported(cells, candidate, rng.below(1000), 3, "net", i == 1);
            INFO(core.name << ": " << to_string(candidate) << " on " << to_string(cells.input));
            const auto expected = device::oracle_scores(exported.network, exported.images.view());
            for (const Entry entry : {Entry::kFrame, Entry::kRows}) {
                const device::DeviceRun run = device::run(request_of(exported, entry), core, tools);
                CHECK(run.images == 3);
                CHECK(run.scores == expected);
                CHECK(run.stack_bytes > 0);
                CHECK(run.stack_bytes < 1000);
                CHECK(run.instructions > 0);
                CHECK(static_cast<double>(run.fewest) <= run.instructions + 1.0);
                CHECK(static_cast<double>(run.most) >= run.instructions - 1.0);
            }
        }
    }
}

TEST_CASE("layers are counted apart and add up to the whole") {
    const device::Toolchain tools = device::find_toolchain();
    if (!tools_found(tools)) {
        return;
    }
    const Exported exported({{32, 32, 3}, 10}, {6, 3}, kSeed, 1);
    const std::size_t stages = exporting::plan_streaming(exported.network.network).stages.size();
    for (const char* name : {"cortex-m0plus", "cortex-m4", "cortex-m33"}) {
        INFO(name);
        device::RunRequest request = request_of(exported, Entry::kFrame);
        const device::Core& core = device::core_named(name);
        const device::DeviceRun whole = device::run(request, core, tools);
        request.trace = true;
        const device::DeviceRun traced = device::run(request, core, tools);
        CHECK(whole.layer_instructions.empty());
        REQUIRE(traced.layer_instructions.size() > stages + 1);
        double sum = 0.0;
        for (std::size_t i = 0; i < traced.layer_instructions.size(); ++i) {
            CHECK((traced.layer_instructions[i] > 0.0) == (i <= stages));
            sum += traced.layer_instructions[i];
        }
        INFO(sum << " by layer, " << whole.instructions << " in all");
        CHECK(sum < whole.instructions * 1.02);
        CHECK(sum > whole.instructions * 0.95);
    }
}

TEST_CASE("the count is the same every time, and the most images cost the same each") {
    const device::Toolchain tools = device::find_toolchain();
    if (!tools_found(tools)) {
        return;
    }
    const Exported exported({{12, 10, 1}, 4}, {4, 1}, kSeed, 4);
    const device::RunRequest request = request_of(exported, Entry::kRows);
    const device::Core& core = device::core_named("cortex-m3");
    CHECK(device::run(request, core, tools).instructions ==
          device::run(request, core, tools).instructions);
}

TEST_CASE("the count goes on when the clock wraps") {
    const device::Toolchain tools = device::find_toolchain();
    if (!tools_found(tools)) {
        return;
    }
    // 2^24 ticks of 40 instructions are 671 million: over some image of these the clock wraps.
    const Exported exported({{64, 64, 3}, 2}, {9, 3}, kSeed, 1);
    Rng rng(kSeed);
    const testing::RandomImages many(exported.images.shape, 60, rng);
    device::RunRequest request = request_of(exported, Entry::kFrame);
    request.images = many.view();
    const device::DeviceRun run = device::run(request, device::core_named("cortex-m0plus"), tools);
    REQUIRE(run.instructions * 60 > 680e6);
    CHECK(static_cast<double>(run.most) < 1.1 * static_cast<double>(run.fewest));
    CHECK(run.instructions <= static_cast<double>(run.most));
    // Nothing but the network is on its stack then either.
    CHECK(run.stack_bytes == device::run(request_of(exported, Entry::kFrame),
                                         device::core_named("cortex-m0plus"), tools)
                                 .stack_bytes);
}

TEST_CASE("a frame that outlasts the clock is counted by its rows") {
    device::DeviceRun frame, rows;
    frame.clock_turn = 1000.0;
    frame.instructions = 250.0;
    frame.fewest = 249;
    frame.most = 251;
    rows.instructions = 262.0;
    device::add_clock_turns(frame, rows);
    CHECK(frame.instructions == 250.0);
    rows.instructions = 3240.0;
    device::add_clock_turns(frame, rows);
    CHECK(frame.instructions == 3250.0);
    CHECK(frame.fewest == 3249);
    CHECK(frame.most == 3251);
}

TEST_CASE("an M0 network that outgrows the micro:bit runs on a larger board") {
    const device::Toolchain tools = device::find_toolchain();
    if (!tools_found(tools)) {
        return;
    }
    const device::Core& core = device::core_named("cortex-m0plus");
    const Exported small({{16, 16, 1}, 2}, {2, 1}, kSeed, 1);
    CHECK(device::run(request_of(small, Entry::kFrame), core, tools).machine == "microbit");
    const Exported large({{80, 80, 3}, 2}, {2, 1}, kSeed, 1);
    CHECK(device::run(request_of(large, Entry::kFrame), core, tools).machine == "mps2-an385");
}

TEST_CASE("the linker's RAM is the arena that the header states, and the plan's") {
    const device::Toolchain tools = device::find_toolchain();
    if (!tools_found(tools)) {
        return;
    }
    const Exported exported({{15, 17, 3}, 5}, {3, 2}, kSeed, 1);
    const exporting::StreamingPlan plan = exporting::plan_streaming(exported.network.network);
    for (const device::Core& core : device::cores()) {
        INFO(core.name);
        const device::LinkReport linked = device::link_report(exported.source, core, tools);
        CHECK(linked.stated_frame_arena_bytes == plan.arena_bytes);
        CHECK(linked.stated_rows_arena_bytes == plan.rows_arena_bytes);
        CHECK(linked.frame.model().ram_bytes() == plan.arena_bytes);
        CHECK(linked.rows.model().ram_bytes() == plan.rows_arena_bytes);
        const space::CostReport cost =
            exporting::NativeCostModel({core.name}).cost(exported.network.network);
        CHECK(cost.ram_bytes ==
              linked.frame.whole.ram_bytes() + exporting::NativeCostModel::stack_bytes(core.name));
        CHECK(cost.flash_bytes >= linked.frame.whole.flash_bytes());
        CHECK(cost.flash_bytes <= linked.frame.whole.flash_bytes() + 7);
        const space::CostReport rows =
            exporting::NativeCostModel({core.name}, exporting::NativeCostModel::Entry::kRows)
                .cost(exported.network.network);
        CHECK(rows.ram_bytes ==
              linked.rows.whole.ram_bytes() + exporting::NativeCostModel::stack_bytes(core.name));
        CHECK(rows.flash_bytes >= linked.rows.whole.flash_bytes());
        CHECK(rows.flash_bytes <= linked.rows.whole.flash_bytes() + 48);
        if (linked.stated_stack_bytes) {
            for (const Entry entry : {Entry::kFrame, Entry::kRows}) {
                CHECK(device::run(request_of(exported, entry), core, tools).stack_bytes <=
                      *linked.stated_stack_bytes);
            }
        }
    }
}

TEST_CASE("a broken export is reported") {
    const device::Toolchain tools = device::find_toolchain();
    if (!tools_found(tools)) {
        return;
    }
    const Exported exported({{6, 6, 1}, 3}, {2, 1}, kSeed, 2);
    SECTION("C that does not compile, with the compiler's words") {
        exported.change("model.c", "#include", "#inklude");
        CHECK_THAT(error_of(exported, tools), Contains("does not compile") && Contains("inklude"));
        CHECK_THROWS_AS(
            device::link_report(exported.source, device::core_named("cortex-m4"), tools),
            ExportError);
        CHECK_THROWS_AS(device::run_here(request_of(exported, Entry::kFrame), "cc"), ExportError);
    }
    SECTION("a program that never ends is killed") {
        exported.change("model.c", "int model_top_class",
                        "volatile int forever;\nint model_top_class");
        exported.change("model.c", "int model_finish(int8_t *scores)\n{",
                        "int model_finish(int8_t *scores)\n{\nfor (;;) { }");
        device::Limits limits;
        limits.seconds = 1.0;
        CHECK_THAT(error_of(exported, tools, limits), Contains("in time"));
    }
    SECTION("a program that faults says so") {
        exported.change(
            "model.c", "int model_finish(int8_t *scores)\n{",
            "int model_finish(int8_t *scores)\n{\n    *(volatile int *)0xFFFF0001 = 1;");
        CHECK_THAT(error_of(exported, tools), Contains("fault"));
    }
    SECTION("other weights give other bytes") {
        const auto expected = device::oracle_scores(exported.network, exported.images.view());
        const std::string off = expected[0] > 0 ? "-1000000 + " : "1000000 + ";
        exported.change("model.c", "dense_bias[3] = {", "dense_bias[3] = {" + off);
        const device::DeviceRun run = device::run(request_of(exported, Entry::kFrame),
                                                  device::core_named("cortex-m4"), tools);
        const device::Mismatch found = device::compare_scores(run.scores, expected, 3);
        CHECK(found.mismatches > 0);
        CHECK_THAT(found.first, Contains("image 0: class 0 is"));
    }
}

TEST_CASE("this computer runs the same program") {
    if (device::find_program("cc").empty()) {
        testing::skip("no C compiler here");
        return;
    }
    const Exported exported({{9, 12, 3}, 4}, {3, 1}, kSeed, 5);
    const auto expected = device::oracle_scores(exported.network, exported.images.view());
    for (const Entry entry : {Entry::kFrame, Entry::kRows}) {
        CHECK(device::run_here(request_of(exported, entry), "cc").scores == expected);
    }
}
