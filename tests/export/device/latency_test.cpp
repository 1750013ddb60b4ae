// The instruction estimate against emulated cores.
#include "export/native/latency.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "export/device/core.hpp"
#include "export/device/run.hpp"
#include "export/native/streaming_plan.hpp"
#include "tests/export/device/exported.hpp"
#include "tests/support/skip.hpp"

using namespace nanonas;

TEST_CASE("estimated instructions are within an eighth of those counted") {
    const device::Toolchain tools = device::find_toolchain();
    if (!tools.can_run()) {
        testing::skip("nothing is run: " + tools.missing);
        return;
    }
    struct Case {
        space::CellSpace cells;
        space::Candidate candidate;
    };
    const Case cases[] = {{{{50, 50, 3}, 2}, {3, 3}},
                          {{{28, 28, 1}, 10}, {6, 2}},
                          {{{32, 32, 3}, 10}, {9, 3}},
                          {{{41, 37, 1}, 5}, {4, 0}}};
    for (const char* name : {"cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m33"}) {
        for (const Case& one : cases) {
            INFO(name << ": " << to_string(one.candidate) << " on " << to_string(one.cells.input));
            const testing::Exported exported(one.cells, one.candidate, 77, 1);
            const device::DeviceRun run =
                device::run({exported.source, device::Entry::kFrame, exported.classes,
                             exported.images.view(), false},
                            device::core_named(name), tools);
            const auto plan = exporting::plan_streaming(exported.network.network);
            const auto estimate = exporting::native_instructions(plan, name);
            REQUIRE(estimate);
            CHECK(static_cast<double>(*estimate) == Approx(run.instructions).epsilon(0.125));
        }
    }
}

TEST_CASE("the dearest network of the tables takes at most 1.5 instructions per MAC") {
    const device::Toolchain tools = device::find_toolchain();
    if (!tools.can_run()) {
        testing::skip("nothing is run: " + tools.missing);
        return;
    }
    // Of those from a million MACs up in docs/device.md, on a Cortex-M4: few channels, made from
    // one.
    const space::CellSpace cells{{96, 96, 1}, 2};
    const testing::Exported exported(cells, {4, 5}, 1, 1);
    const device::DeviceRun run = device::run(
        {exported.source, device::Entry::kFrame, exported.classes, exported.images.view(), false},
        device::core_named("cortex-m4"), tools);
    const std::int64_t macc = space::layer_costs(exported.network.network).macc;
    CHECK(macc > 1'000'000);
    CHECK(run.instructions / static_cast<double>(macc) < 1.5);
    CHECK(run.instructions > static_cast<double>(macc));
}
