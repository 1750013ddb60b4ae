#include "space/json/network_json.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/random.hpp"
#include "space/spaces/cells.hpp"

using namespace nanonas;
using Catch::Contains;

namespace {

space::Network read(const std::string& text) {
    const auto value = json::parse(text, "n.json");
    return json::read_network(json::Reader(value, "n.json"));
}

}  // namespace

TEST_CASE("a network survives JSON unchanged") {
    constexpr std::uint64_t kSeed = 3;
    INFO("seed " << kSeed);
    Rng rng(kSeed);
    for (int round = 0; round < 50; ++round) {
        const space::CellSpace cells{{static_cast<std::int64_t>(8 + rng.below(90)),
                                      static_cast<std::int64_t>(8 + rng.below(90)), 3},
                                     static_cast<std::int64_t>(2 + rng.below(20)),
                                     rng.uniform()};
        const space::Network network = cells.build({static_cast<std::int64_t>(1 + rng.below(40)),
                                                    static_cast<std::int64_t>(rng.below(4))});
        const space::Network back = read(json::to_json(network).dump());
        CHECK(back == network);
        CHECK(back.output() == network.output());
    }
}

TEST_CASE("options of every layer survive JSON") {
    space::Network network{{12, 12, 1}, {}};
    network.add("conv", space::Conv2d{3, 5, true})
        .add("bn", space::BatchNorm{1e-5, 0.03})
        .add("pool", space::MaxPool2d{3})
        .add("average", space::GlobalAveragePool{})
        .add("dropout", space::Dropout{0.25})
        .add("dense", space::Dense{7});
    CHECK(read(json::to_json(network).dump()) == network);
}

TEST_CASE("windows survive JSON, and a centred square is its side alone, as files had it first") {
    space::Network network{{20, 14, 3}, {}};
    network.add("conv", space::Conv2d::of(3, {10, 4, 2, 1, space::Padding::kSame}, true))
        .add("valid", space::Conv2d::of(2, {3, 3, 1, 1, space::Padding::kValid}, false))
        .add("depth", space::DepthwiseConv2d::of(2, {3, 3, 2, 2, space::Padding::kSame}, false));
    CHECK(read(json::to_json(network).dump()) == network);
    space::Network square{{8, 8, 1}, {}};
    square.add("conv", space::Conv2d{3, 5, true});
    CHECK(json::to_json(square)["layers"][0] == nlohmann::json{{"name", "conv"},
                                                               {"kind", "Conv2d"},
                                                               {"out_channels", 3},
                                                               {"kernel", 5},
                                                               {"bias", true}});
}

TEST_CASE("graphs survive JSON with what their nodes read") {
    space::Network network{{9, 8, 2}, {}};
    using space::Padding;
    const space::Value pad = network.add("pad", space::Pad{1, 0, 2, 3}, {0});
    const space::Value conv =
        network.add("conv", space::Conv2d::of(2, {2, 6, 1, 1, Padding::kValid}, true), {pad});
    const space::Value sum = network.add("sum", space::Add{}, {conv, 0});
    network.add("average", space::AveragePool2d::of({3, 2, 2, 1, Padding::kSame}), {sum});
    network.add("max", space::MaxPool2d::of({3, 2, 1, 2, Padding::kSame}), {4});
    network.add("row", space::Reshape{1, 1, 40}, {5});
    CHECK(read(json::to_json(network).dump()) == network);
    // Squares side by side stay as files had them first.
    space::Network tiles{{8, 8, 1}, {}};
    tiles.add("pool", space::MaxPool2d{2});
    CHECK(json::to_json(tiles)["layers"][0] ==
          nlohmann::json{{"name", "pool"}, {"kind", "MaxPool2d"}, {"size", 2}});
}

TEST_CASE("a network that cannot exist is placed in its file") {
    const struct {
        const char* text;
        const char* message;
    } kRows[] = {
        {R"({"input": [8,8], "layers": []})", "n.json: /input: "},
        {R"({"input": [8,8,0], "layers": []})", "/input/2: "},
        {R"({"input": [8,8,1]})", "'layers' is missing"},
        {R"({"input": [8,8,1], "layers": [], "x": 1})", "/x: unknown key"},
        {R"({"input": [8,8,1], "layers": [{"name": "a", "kind": "Conv3d"}]})",
         "/layers/0/kind: unknown kind 'Conv3d'"},
        {R"({"input": [8,8,1], "layers": [{"name": "a", "kind": "Relu", "rate": 1}]})",
         "/layers/0/rate: unknown key"},
        {R"({"input": [8,8,1], "layers": [{"name": "a", "kind": "MaxPool2d"}]})",
         "/layers/0: 'size' is missing"},
        {R"({"input": [8,8,1], "layers": [{"name": "a", "kind": "MaxPool2d", "size": 9}]})",
         "/layers/0: layer 'a'"},
        {R"({"input": [8,8,1], "layers": [{"name": "a", "kind": "Relu"}, {"name": "a", "kind": "Relu"}]})",
         "/layers/1: layer 'a'"},
        {R"({"input": [8,8,1], "layers": [{"name": "a", "kind": "Conv2d", "out_channels": -1, "kernel": 3, "bias": false}]})",
         "/layers/0/out_channels: "},
        {R"({"input": [8,8,1], "layers": [{"name": "a", "kind": "Dropout", "rate": 1.5}]})",
         "/layers/0/rate: "},
    };
    for (const auto& row : kRows) {
        INFO(row.text);
        CHECK_THROWS_AS(read(row.text), ConfigError);
        CHECK_THROWS_WITH(read(row.text), Contains(row.message));
    }
}

TEST_CASE("pre-processing survives JSON to the bit") {
    for (const space::Preprocess preprocess :
         {space::Preprocess{}, space::Preprocess{1.0F / 127.5F, 128}, space::Preprocess{1, 255}}) {
        const auto value = json::parse(json::to_json(preprocess).dump(), "p.json");
        CHECK(json::read_preprocess(json::Reader(value, "p.json")) == preprocess);
    }
    for (const char* bad : {R"({"scale": 0, "mean": 0})", R"({"scale": -1, "mean": 0})",
                            R"({"scale": 1e300, "mean": 0})", R"({"scale": 1, "mean": 256})",
                            R"({"scale": 1, "mean": 0.5})", R"({"scale": 1})"}) {
        INFO(bad);
        const auto value = json::parse(bad, "p.json");
        CHECK_THROWS_AS(json::read_preprocess(json::Reader(value, "p.json")), ConfigError);
    }
}

TEST_CASE("a cost report is written whole") {
    space::CostReport report = space::layer_costs(space::CellSpace{{50, 50, 3}, 2}.build({3, 3}));
    report.runtime = "tflm";
    report.ram_items = {{"arena", 20'000}, {"stack", 950}};
    report.ram_bytes = 20'950;
    report.flash_items = {{"model file", 8'000}};
    report.flash_bytes = 8'000;
    const auto written = json::to_json(report);
    CHECK(written["macc"] == 408'750);
    CHECK(written["ram_bytes"] == report.ram_bytes);
    CHECK(written["flash_bytes"] == report.flash_bytes);
    CHECK(written["weight_bytes"] == report.weight_bytes);
    CHECK(written["peak_tensor_bytes"] == 15'000);
    CHECK(written["runtime"] == "tflm");
    REQUIRE(written["layers"].size() == report.layers.size());
    CHECK(written["layers"][0]["macc"] == report.layers[0].macc);
    CHECK(written["layers"][0]["input"] == nlohmann::json({50, 50, 3}));
    CHECK(written["ram_items"][0]["bytes"] == report.ram_items[0].bytes);
}
