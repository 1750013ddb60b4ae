#include "export/device/figures.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/little_endian.hpp"

using namespace nanonas;

TEST_CASE("ticks become instructions, less what reading the clock takes") {
    std::string bytes;
    // Two images of 1,005 and 1,015 ticks in ten intervals; half a tick to read the clock.
    for (const std::uint64_t number : {2020U, 1005U, 1015U, 256U, 1024U}) {
        append_little_endian(bytes, number, 8);
    }
    for (std::size_t i = 0; i <= device::kTracedLayers; ++i) {
        append_little_endian(bytes, i == 1 ? 420 : 0, 8);
    }
    for (std::size_t i = 0; i <= device::kTracedLayers; ++i) {
        append_little_endian(bytes, i == 1 ? 10 : 0, 8);
    }
    for (const std::uint64_t number : {2U, 10U, 512U, 148U}) {
        append_little_endian(bytes, number, 4);
    }
    const device::Machine& machine = device::core_named("cortex-m4").machines.front();
    REQUIRE(machine.tick_ps == 40'000);
    const device::Figures figures = device::read_figures(bytes, machine, "figures.bin");
    CHECK(figures.images == 2);
    CHECK(figures.stack_bytes == 148);
    CHECK(figures.instructions == Approx((1010 - 5) * 40.0));
    CHECK(figures.fewest == 1000 * 40);
    CHECK(figures.most == 1010 * 40);
    CHECK(figures.layer_instructions.at(0) == 0.0);
    CHECK(figures.layer_instructions.at(1) == Approx((420 - 10 * 2) / 2.0 * 40.0));

    CHECK_THROWS_AS(device::read_figures(bytes + "x", machine, "figures.bin"), ExportError);
    CHECK_THROWS_AS(device::read_figures("", machine, "figures.bin"), ExportError);
}
