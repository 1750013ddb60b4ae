// What the cost model says before training, against files that the writer writes.
#include <catch2/catch.hpp>

#include "export/int8/quantize.hpp"
#include "export/runtime.hpp"
#include "export/tflite/tflite_writer.hpp"
#include "export/tflite/tflm/cost.hpp"
#include "export/tflite/tflm/file_size.hpp"
#include "space/errors.hpp"
#include "tests/export/support.hpp"
#include "tests/support/draw.hpp"

using namespace nanonas;
using exporting::Int8Network;
using exporting::Range;
using testing::draw;

namespace {

/// Any chain the cost model prices: kernels of 1 to 5, with and without batch norm, ReLU, pool,
/// average and dense layers.
space::Network random_chain(Rng& rng) {
    space::Network network{{draw(rng, 1, 24), draw(rng, 1, 24), 1 + 2 * draw(rng, 0, 1)}, {}};
    int index = 0;
    const auto name = [&](const char* kind) {
        // Names of different lengths: their padding differs.
        return std::string(static_cast<std::size_t>(draw(rng, 0, 4)), 'n') + kind +
               std::to_string(index++);
    };
    const auto layers = draw(rng, 1, 5);
    for (std::int64_t i = 0; i < layers; ++i) {
        const bool norm = draw(rng, 0, 1) == 0;
        network.add(name("conv"), space::Conv2d{draw(rng, 1, 12), 1 + 2 * draw(rng, 0, 2), !norm});
        if (norm) {
            network.add(name("norm"), space::BatchNorm{});
        }
        if (draw(rng, 0, 2) > 0) {
            network.add(name("relu"), space::Relu{});
        }
        const space::Shape at = network.output();
        if (std::min(at.height, at.width) >= 3 && draw(rng, 0, 2) > 0) {
            network.add(name("pool"), space::MaxPool2d{draw(rng, 1, 3)});
        }
    }
    network.add(name("average"), space::GlobalAveragePool{});
    const auto dense = draw(rng, 0, 2);
    for (std::int64_t i = 0; i < dense; ++i) {
        network.add(name("dense"), space::Dense{draw(rng, 2, 11)});
        if (draw(rng, 0, 1) == 0) {
            network.add(name("relu"), space::Relu{});
        }
    }
    return network;
}

Int8Network quantized(const space::Network& network, Rng& rng) {
    const space::TrainedNetwork trained = test::random_trained(network, rng);
    std::vector<Range> ranges(exporting::float_network(trained).network.nodes.size());
    for (Range& range : ranges) {
        // Also what training seldom makes: one-sided ranges (zero points at both ends), none.
        range.include(test::draw(rng, -8.0, 8.0));
        if (rng.below(4) > 0) {
            range.include(test::draw(rng, -8.0, 8.0));
        }
    }
    if (rng.below(8) == 0) {
        ranges.assign(ranges.size(), Range{});
    }
    return exporting::quantize(trained, ranges);
}

std::vector<std::string> random_labels(std::int64_t classes, Rng& rng) {
    std::vector<std::string> labels;
    for (std::int64_t i = 0; i < classes; ++i) {
        labels.emplace_back(1 + rng.below(30), 'x');
    }
    return labels;
}

std::int64_t written_bytes(const Int8Network& network, const std::string& name) {
    exporting::WriteOptions options;
    options.name = name;
    const exporting::Artifact artifact{nullptr, &network, {}};
    return static_cast<std::int64_t>(exporting::tflite_model(artifact, options).size());
}

}  // namespace

TEST_CASE("the size told from the architecture is the size of the written file") {
    constexpr std::uint64_t kSeed = 23;
    INFO("seed " << kSeed);
    Rng rng(kSeed);
    for (int round = 0; round < 400; ++round) {
        const space::Network network = round % 2 == 0 ? random_chain(rng) : test::random_cells(rng);
        INFO("round " << round << ", input " << to_string(network.input) << ", "
                      << network.nodes.size() << " layers, classes " << network.classes());
        Int8Network int8 = quantized(network, rng);
        int8.labels.clear();
        if (rng.below(4) > 0) {
            int8.labels = random_labels(network.classes(), rng);
        }
        int8.provenance = {{"k", std::string(rng.below(4), '7')}, {"c", "3"}};
        const std::int64_t predicted = exporting::tflm::file_bytes(network, int8.labels);
        REQUIRE(predicted == written_bytes(int8, "model"));
        CHECK(predicted == written_bytes(int8, "a_longer_name"));
    }
}

TEST_CASE("the cost report's model file is the written one, labels and all") {
    Rng rng(3);
    const space::Network network = space::CellSpace{{50, 50, 3}, 5, 0.5}.build({5, 4});
    Int8Network int8 = quantized(network, rng);
    for (const bool named : {false, true}) {
        space::Device device;
        if (named) {
            device.labels = int8.labels = {"daisy", "dandelion", "roses", "sunflowers", "tulips"};
        } else {
            int8.labels = {"class 0", "class 1", "class 2", "class 3", "class 4"};
        }
        const space::CostReport report = exporting::make_cost_model("tflm", device)->cost(network);
        REQUIRE(report.flash_items.front().name == "model file");
        CHECK(report.flash_items.front().bytes == written_bytes(int8, "model"));
    }
}

TEST_CASE("a file that the writer refuses has no size, one too large to be written has") {
    const space::Network network = space::CellSpace{{8, 8, 1}, 2, 0.5}.build({2, 0});
    CHECK_THROWS_AS(exporting::tflm::file_bytes(network, {"two\nlines", "b"}), NetworkError);

    space::Network wide{{1, 1, 100'000}, {}};
    wide.add("dense", space::Dense{100'000});
    CHECK(exporting::tflm::file_bytes(wide, {}) > 10'000'000'000);
}
