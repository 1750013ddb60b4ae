#include "export/native/latency.hpp"

#include <catch2/catch.hpp>

#include "export/runtime.hpp"
#include "space/spaces/cells.hpp"

using namespace nanonas::space;
using namespace nanonas::exporting;

namespace {

CostReport cost_on(const Device& device, const Candidate& candidate = {5, 4}) {
    return make_cost_model("native", device)->cost(CellSpace{{50, 50, 3}, 2}.build(candidate));
}

}  // namespace

TEST_CASE("time is instructions by cycles each by the clock, energy is time by power") {
    const CostReport slow = cost_on({"cortex-m4", 40'000'000, 10.0, {}});
    const CostReport fast = cost_on({"cortex-m4", 80'000'000, 20.0, {}});
    REQUIRE(slow.instructions);
    CHECK(slow.instructions == fast.instructions);
    CHECK(std::abs(*slow.latency_us - 2 * *fast.latency_us) <= 1);
    CHECK(std::abs(*slow.energy_uj - *fast.energy_uj) <= 1);
    CHECK_THAT(make_cost_model("native", {"cortex-m4", 80'000'000, 20.0, {}})->basis(),
               Catch::Contains("/ 80 MHz; energy: latency x 20 mW"));
    // Between one and two cycles an instruction.
    const double seconds = static_cast<double>(*fast.latency_us) * 1e-6;
    const double cycles = seconds * 80e6;
    CHECK(cycles > static_cast<double>(*fast.instructions));
    CHECK(cycles < 2.0 * static_cast<double>(*fast.instructions));
    CHECK(static_cast<double>(*fast.energy_uj) == Approx(seconds * 20e3).margin(1.0));
}

TEST_CASE("what the device does not tell is not estimated") {
    CHECK_FALSE(cost_on({}).instructions);
    CHECK_FALSE(cost_on({"cortex-a53", 80'000'000, 20.0, {}}).latency_us);
    const CostReport no_clock = cost_on({"cortex-m4", 0, 20.0, {}});
    CHECK(no_clock.instructions);
    CHECK_FALSE(no_clock.latency_us);
    const CostReport no_power = cost_on({"cortex-m4", 80'000'000, 0.0, {}});
    CHECK(no_power.latency_us);
    CHECK_FALSE(no_power.energy_uj);
    const Device device{"cortex-m4", 80'000'000, 20.0, {}};
    CHECK_FALSE(
        make_cost_model("tflm", device)->cost(CellSpace{{50, 50, 3}, 2}.build({5, 4})).latency_us);
}

TEST_CASE("a wider network takes more instructions, a core with dual multiplies fewer") {
    for (const char* core :
         {"cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"}) {
        INFO(core);
        const Device device{core, 32'000'000, 0.0, {}};
        CHECK(cost_on(device, {4, 2}).instructions < cost_on(device, {6, 2}).instructions);
    }
    CHECK(*cost_on({"cortex-m4", 1, 0.0, {}}).instructions * 2 <
          *cost_on({"cortex-m0plus", 1, 0.0, {}}).instructions);
}
