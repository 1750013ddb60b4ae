#include "space/cost/tflm.hpp"

#include <catch2/catch.hpp>

#include "space/cell_space.hpp"
#include "space/errors.hpp"
#include "space/random.hpp"

using namespace nanonas::space;
using Catch::Contains;
using nanonas::NetworkError;

namespace {

// NanoNAS's published int8 models on TensorFlow Lite Micro with CMSIS-NN, Cortex-M4: working arena
// + static data + stack, the whole ELF, the .tflite file.
struct Measured {
    Shape input;
    std::int64_t classes;
    Candidate candidate;
    std::int64_t ram_bytes;
    std::int64_t flash_bytes;
    std::int64_t file_bytes;
};

const Measured kMeasured[] = {
    {{50, 50, 3}, 2, {3, 3}, 19'868, 71'752, 10'920},
    {{50, 50, 3}, 2, {5, 4}, 25'772, 81'032, 20'200},
    {{50, 50, 3}, 2, {7, 4}, 30'988, 90'000, 29'168},
    {{32, 32, 3}, 10, {14, 4}, 24'556, 140'200, 79'368},
};

std::int64_t bytes_of(const std::vector<CostItem>& items, const std::string& name) {
    for (const CostItem& item : items) {
        if (item.name == name) {
            return item.bytes;
        }
    }
    FAIL("no item " << name);
    return 0;
}

}  // namespace

TEST_CASE("the estimate is never under the measured figures, and within a percent") {
    for (const Measured& row : kMeasured) {
        INFO(to_string(row.candidate));
        const CostReport report =
            TflmCostModel().cost(CellSpace{row.input, row.classes}.build(row.candidate));
        const std::int64_t file = bytes_of(report.flash_items, "model file");
        CHECK(report.ram_bytes >= row.ram_bytes);
        CHECK(report.flash_bytes >= row.flash_bytes);
        CHECK(file >= row.file_bytes);
        CHECK(report.ram_bytes <= row.ram_bytes + row.ram_bytes / 100);
        CHECK(report.flash_bytes <= row.flash_bytes + row.flash_bytes / 100);
        CHECK(file <= row.file_bytes + row.file_bytes / 100);
        CHECK(bytes_of(report.flash_items, "runtime code") == 60'256);
    }
}

TEST_CASE("the arena holds a layer's input and output at once") {
    constexpr std::uint64_t kSeed = 5;
    INFO("seed " << kSeed);
    nanonas::Rng rng(kSeed);
    for (int round = 0; round < 200; ++round) {
        const CellSpace cells{{static_cast<std::int64_t>(8 + rng.below(90)),
                               static_cast<std::int64_t>(8 + rng.below(90)), 3},
                              2};
        const Candidate candidate{static_cast<std::int64_t>(1 + rng.below(30)),
                                  static_cast<std::int64_t>(rng.below(4))};
        INFO(to_string(cells.input) << " " << to_string(candidate));
        const CostReport report = TflmCostModel().cost(cells.build(candidate));
        CHECK(bytes_of(report.ram_items, "tensor arena") > report.peak_tensor_bytes);
        const CostReport wider = TflmCostModel().cost(cells.build({candidate.k + 1, candidate.c}));
        CHECK(wider.flash_bytes > report.flash_bytes);
    }
}

TEST_CASE("the greedy plan pays for the gaps it leaves") {
    // Maps of 80, 64, 48 and 72 KiB in a chain. The largest is placed first, the 72 KiB map shares
    // its place, the 64 KiB map goes above; for the 48 KiB map, alive with the last two, the gap
    // between them (8 KiB) is too small: it goes on top, where the largest pair is only 144 KiB.
    Network network{{64, 64, 20}, {}};
    network.add("a", Conv2d{16, 1}).add("b", Conv2d{12, 1}).add("c", Conv2d{18, 1});
    const CostReport report = TflmCostModel().cost(network);
    CHECK(report.peak_tensor_bytes == (80 + 64) * 1024);
    const std::int64_t arena = bytes_of(report.ram_items, "tensor arena");
    CHECK(arena >= (80 + 64 + 48) * 1024);
    CHECK(arena < (80 + 64 + 48 + 8) * 1024);
}

TEST_CASE("softmax and dropout are left out") {
    Network plain{{8, 8, 1}, {}};
    plain.add("conv", Conv2d{2}).add("average", GlobalAveragePool{}).add("dense", Dense{2});
    Network full{{8, 8, 1}, {}};
    full.add("conv", Conv2d{2})
        .add("bn", BatchNorm{})
        .add("relu", Relu{})
        .add("average", GlobalAveragePool{})
        .add("dropout", Dropout{})
        .add("dense", Dense{2})
        .add("softmax", Softmax{});
    CHECK(TflmCostModel().cost(plain).ram_bytes == TflmCostModel().cost(full).ram_bytes);
    CHECK(TflmCostModel().cost(plain).flash_bytes == TflmCostModel().cost(full).flash_bytes);
}

TEST_CASE("a layer that cannot be folded is refused by name") {
    const TflmCostModel model;
    Network norm{{8, 8, 1}, {}};
    norm.add("norm", BatchNorm{});
    CHECK_THROWS_AS(model.cost(norm), NetworkError);
    CHECK_THROWS_WITH(model.cost(norm), Contains("'norm'"));
    Network relu{{8, 8, 1}, {}};
    relu.add("pool", MaxPool2d{}).add("relu", Relu{});
    CHECK_THROWS_WITH(model.cost(relu), Contains("'relu'"));
    Network softmax{{1, 1, 4}, {}};
    softmax.add("softmax", Softmax{}).add("dense", Dense{2});
    CHECK_THROWS_WITH(model.cost(softmax), Contains("'softmax'"));
}
