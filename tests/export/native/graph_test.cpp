// The C of graphs on this computer: seeded random graphs of all operators.
#include <catch2/catch.hpp>

#include "export/int8/interpreter.hpp"
#include "export/native/c_model.hpp"
#include "export/native/cost.hpp"
#include "export/native/graph/graph_plan.hpp"
#include "export/native/graph/graph_render.hpp"
#include "export/native/native_model.hpp"
#include "space/errors.hpp"
#include "space/json/network_json.hpp"
#include "tests/export/native/c_program.hpp"
#include "tests/export/random_graph.hpp"

using namespace nanonas;
using exporting::Int8Network;

namespace {

constexpr std::uint64_t kSeed = 20261201;
const std::string kStrict = "cc -std=c99 -Wall -Wextra -Wconversion -Wpedantic -Werror ";

std::int64_t item(const space::CostReport& report, const std::string& name) {
    for (const space::CostItem& each : report.ram_items) {
        if (each.name == name) {
            return each.bytes;
        }
    }
    return 0;
}

/// Every byte of both entry points is the oracle's, the arena that of the plan and of both prices.
void check_graphs(int first, int count, std::int64_t images, const std::string& compiler) {
    std::vector<Int8Network> networks;
    std::vector<testing::RandomImages> pixels;
    for (int i = first; i < first + count; ++i) {
        Rng rng(derive_seed(kSeed, "graphs", static_cast<std::uint64_t>(i)));
        networks.push_back(testing::random_graph(rng, i % 3 == 0));
        pixels.emplace_back(networks.back().network.input, images, rng);
    }
    INFO("seed " << kSeed << ", from " << first);
    const testing::ProgramRun run = testing::run_c_program(networks, pixels, compiler);
    INFO(run.messages);
    REQUIRE(run.exit_code == 0);
    REQUIRE(run.arena_bytes.size() == networks.size());
    for (std::size_t i = 0; i < networks.size(); ++i) {
        INFO(first + static_cast<int>(i) << ": " << json::to_json(networks[i].network).dump());
        exporting::Int8Interpreter oracle(networks[i]);
        std::vector<std::int8_t> expected;
        for (std::int64_t image = 0; image < images; ++image) {
            const std::vector<std::int8_t>& scores = oracle.run(pixels[i].view().image(image));
            expected.insert(expected.end(), scores.begin(), scores.end());
            expected.insert(expected.end(), scores.begin(), scores.end());
        }
        CHECK(run.scores[i] == expected);
        const auto frame = native_cost_model(networks[i], {}, false)->cost(networks[i].network);
        const auto rows = native_cost_model(networks[i], {}, true)->cost(networks[i].network);
        const std::int64_t beside = item(frame, "stack") + item(frame, "answer kept");
        CHECK(frame.ram_bytes - beside == run.arena_bytes[i]);
        if (!exporting::runs_as_chain(networks[i])) {
            const exporting::GraphPlan plan = exporting::plan_graph(networks[i].network);
            CHECK(plan.arena_bytes == run.arena_bytes[i]);
            CHECK(rows.ram_bytes - beside - item(rows, "input row") == plan.rows_arena_bytes);
        }
    }
}

}  // namespace

TEST_CASE("the C of random graphs gives the oracle's bytes in the arena of its price") {
    check_graphs(0, 60, 4, kStrict + "-O1");
}

TEST_CASE("rows of graphs stay inside the arena") {
    check_graphs(100, 30, 3,
                 kStrict + "-O1 -fsanitize=address,undefined -fno-sanitize-recover=all");
}

TEST_CASE("many more graphs", "[.many]") {
    for (int first = 1000; first < 3000; first += 100) {
        check_graphs(first, 100, 3,
                     kStrict + "-O1 -fsanitize=address,undefined -fno-sanitize-recover=all");
    }
}

TEST_CASE("sums of many taps are whole, and a channel that makes nothing is no slow one") {
    Rng rng(derive_seed(kSeed, "deep"));
    const std::vector<Int8Network> networks{testing::deep_graph(rng)};
    const std::vector<testing::RandomImages> pixels{{networks[0].network.input, 6, rng}};
    REQUIRE_FALSE(exporting::runs_as_chain(networks[0]));
    const exporting::GraphModel model = exporting::read_graph_model(networks[0]);
    CHECK(model.quick());
    CHECK(model.numbers[1].multipliers[2].m0 == 0);
    const testing::ProgramRun run = testing::run_c_program(networks, pixels, kStrict + "-O1");
    INFO(run.messages);
    REQUIRE(run.exit_code == 0);
    exporting::Int8Interpreter oracle(networks[0]);
    for (std::int64_t image = 0; image < 6; ++image) {
        const std::vector<std::int8_t>& expected = oracle.run(pixels[0].view().image(image));
        const auto made = run.scores[0].begin() + image * 2 * 3;
        CHECK(std::vector<std::int8_t>(made, made + 3) == expected);
    }
}

TEST_CASE("a residual delay is a ring that lives longer") {
    space::Network network;
    network.input = {16, 8, 4};
    const space::Value first = network.add("first", space::Conv2d::of(4, {3, 3}, true), {0});
    const space::Value second = network.add("second", space::Conv2d::of(4, {3, 3}, true), {first});
    const space::Value third = network.add("third", space::Conv2d::of(4, {3, 3}, true), {second});
    const space::Value fourth = network.add("fourth", space::Conv2d::of(4, {3, 3}, true), {third});
    const space::Value sum = network.add("sum", space::Add{}, {fourth, first});
    network.add("average", space::GlobalAveragePool{}, {sum});
    const exporting::GraphPlan plan = exporting::plan_graph(network);
    REQUIRE(plan.rings.size() == 7);
    CHECK(plan.streamed == plan.stages.size());
    // Three windows of three rows lie before the sum; a convolution alone needs three rows.
    CHECK(plan.rings[first].slots == 4);
    CHECK(plan.rings[second].slots == 3);
    CHECK(plan.rings[fourth].slots == 1);
    CHECK(plan.rings[sum].slots == 1);
    CHECK(plan.rings[second].border == 4);
    CHECK(plan.rings[fourth].border == 0);
}

TEST_CASE("a pad that only convolutions read is a part of their windows") {
    space::Network network;
    network.input = {8, 8, 2};
    const space::Value pad = network.add("pad", space::Pad{0, 1, 0, 1}, {0});
    space::Window window{3, 3, 2, 2, space::Padding::kValid};
    const space::Value conv = network.add("conv", space::Conv2d::of(3, window, true), {pad});
    network.add("average", space::GlobalAveragePool{}, {conv});
    CHECK(exporting::plan_graph(network).stages.size() == 2);
    CHECK(exporting::plan_graph(network).padding_bytes > 0);
    network.nodes.pop_back();
    const space::Value pool =
        network.add("pool", space::MaxPool2d::of({2, 2, 2, 2, space::Padding::kValid}), {pad});
    network.add("average", space::GlobalAveragePool{}, {pool});
    CHECK(exporting::plan_graph(network).stages.size() == 4);
}

TEST_CASE("where whole maps take less, layers run one after the other") {
    space::Network network;
    network.input = {1, 1, 640};
    for (int i = 0; i < 4; ++i) {
        network.add("dense" + std::to_string(i), space::Dense{128});
    }
    const exporting::GraphPlan plan = exporting::plan_graph(network);
    // Not the sum of all maps: those that are read and written at once.
    CHECK(plan.rows_bytes == 640 + 128);
}

TEST_CASE("what the C of graphs cannot hold is refused by name") {
    const auto refused = [](const space::Network& network) -> std::string {
        try {
            exporting::plan_graph(network);
        } catch (const NetworkError& error) {
            return error.what();
        }
        return "";
    };
    space::Network map{{4, 4, 2}, {}};
    CHECK(refused(map) == "network: the native runtime needs at least one layer");
    map.add("pool", space::MaxPool2d{2});
    CHECK(refused(map) == "layer 'pool': the native runtime ends in scores, a 1x1 map, not 2x2x2");
    map.add("norm", space::BatchNorm{});
    CHECK(refused(map) == "layer 'norm': the native runtime runs no BatchNorm");
    space::Network wide{{2, 1000, 100}, {}};
    CHECK(refused(wide.add("average", space::GlobalAveragePool{})) ==
          "layer 'input': the native runtime holds maps of at most 32767 rows of 65535 values, not "
          "2x1000x100");
}
