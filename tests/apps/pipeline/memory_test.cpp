#include "apps/pipeline/memory.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/spaces/cells.hpp"

using namespace nanonas;
using namespace nanonas::pipeline;

namespace {

std::string problem(std::int64_t trainings, std::int64_t available) {
    const space::Network network = space::CellSpace{{3000, 4000, 3}, 2}.build({1, 0});
    try {
        require_memory(network, 16, trainings, "--search-batch", available);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("a training's memory is told before it begins") {
    // Sixteen images of 36,000,000 values and as many maps of 12,000,000, as floats.
    const std::int64_t maps = std::int64_t{16} * 48'000'000 * 4;
    const space::Network network = space::CellSpace{{3000, 4000, 3}, 2}.build({1, 0});
    CHECK(training_bytes(network, 16) >= maps);
    CHECK(training_bytes(network, 16) < maps + 10'000);
    CHECK(training_bytes(network, 1) == training_bytes(network, 16));
    CHECK(training_bytes(network, 17) > 2 * maps);
    // 100,000 classes: the dense layer's products of sixteen images.
    const space::Network wide = space::CellSpace{{8, 8, 3}, 100'000}.build({4, 0});
    CHECK(training_bytes(wide, 16) > std::int64_t{16} * 400'000 * 4);
}

TEST_CASE("what does not fit is refused with the figure and the way out") {
    constexpr std::int64_t kGib = std::int64_t{1} << 30;
    CHECK(problem(1, 3 * kGib) == "");
    CHECK(problem(2, 6 * kGib) == "");
    CHECK(
        problem(1, kGib) ==
        "out of memory: 1 training takes 2.9 GiB at 3000x4000x3, 2 classes and --search-batch 16, "
        "but 1.0 GiB are free: give a smaller --input or --search-batch");
    CHECK(problem(2, 4 * kGib) ==
          "out of memory: 2 trainings at a time take 5.7 GiB at 3000x4000x3, 2 classes and "
          "--search-batch 16, but 4.0 GiB are free: give a smaller --input or --search-batch, or "
          "fewer --workers");
}

TEST_CASE("this machine tells what memory it has") {
    const auto available = available_bytes();
    REQUIRE(available.has_value());
    CHECK(*available > 1'000'000);
}
