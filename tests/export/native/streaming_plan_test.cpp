#include "export/native/streaming_plan.hpp"

#include <catch2/catch.hpp>

#include "export/native/cost.hpp"
#include "export/native/latency.hpp"
#include "space/errors.hpp"
#include "space/spaces/cells.hpp"

using namespace nanonas::space;
using namespace nanonas::exporting;
using nanonas::NetworkError;

namespace {

std::int64_t sum(const std::vector<CostItem>& items) {
    std::int64_t bytes = 0;
    for (const CostItem& item : items) {
        bytes += item.bytes;
    }
    return bytes;
}

}  // namespace

TEST_CASE("a pooled stage keeps four rows and the last one three") {
    const StreamingPlan plan = plan_streaming(CellSpace{{50, 50, 3}, 2}.build({3, 3}));
    REQUIRE(plan.stages.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(plan.stages[i].pool == (i < 3));
        CHECK(plan.stages[i].ring_rows == (i < 3 ? 4 : 3));
    }
    CHECK(plan.stages[0].name == "stem.conv");
    CHECK(plan.stages[0].end == "cell1.pool");
    CHECK(plan.stages[3].end == "cell3.relu");
    // 50x50x3 -> 25x25x3 -> 12x12x6 -> 6x6x9, one border column shared by neighbouring rows.
    CHECK(plan.stages[0].line_bytes == 2 * 3 * (4 * 51 + 1));
    CHECK(plan.stages[1].line_bytes == 2 * 3 * (4 * 26 + 1));
    CHECK(plan.stages[2].line_bytes == 2 * 6 * (4 * 13 + 1));
    CHECK(plan.stages[3].line_bytes == 2 * 9 * (3 * 7 + 1));
}

TEST_CASE("the parts of the arena lie one behind the other") {
    for (const Candidate& candidate : {Candidate{3, 3}, {1, 0}, {5, 4}, {7, 5}}) {
        const StreamingPlan plan = plan_streaming(CellSpace{{50, 50, 3}, 7}.build(candidate));
        std::int64_t at = 0;
        for (const StreamingStage& stage : plan.stages) {
            CHECK(stage.line_offset == at);
            at += stage.line_bytes;
        }
        CHECK(plan.lines_bytes == at);
        CHECK(plan.counters_offset == at);
        CHECK(plan.sums_offset >= plan.counters_offset + plan.counters_bytes);
        CHECK(plan.sums_offset % 4 == 0);
        CHECK(plan.frame_offset == plan.sums_offset + plan.sums_bytes);
        CHECK(plan.frame_bytes == 7500);
        CHECK(plan.arena_bytes == plan.rows_arena_bytes + plan.frame_bytes);
    }
}

TEST_CASE("the price of RAM is the plan's arena, the stack and the firmware, and items add up") {
    for (const Candidate& candidate : {Candidate{3, 3}, {1, 0}, {8, 4}}) {
        const Network network = CellSpace{{49, 51, 1}, 3}.build(candidate);
        const CostReport cost = NativeCostModel().cost(network);
        CHECK(cost.ram_bytes == plan_streaming(network).arena_bytes +
                                    NativeCostModel::stack_bytes() +
                                    NativeCostModel::start_up().ram_bytes);
        CHECK(sum(cost.ram_items) == cost.ram_bytes);
        const CostReport rows = NativeCostModel({}, NativeCostModel::Entry::kRows).cost(network);
        CHECK(sum(rows.ram_items) == rows.ram_bytes);
        CHECK(rows.flash_bytes == cost.flash_bytes);
        // A row of 51 bytes and the pointer to it.
        CHECK(rows.ram_bytes == plan_streaming(network).rows_arena_bytes + 52 + 4 +
                                    NativeCostModel::stack_bytes() +
                                    NativeCostModel::start_up().ram_bytes);
        CHECK(sum(cost.flash_items) == cost.flash_bytes);
        CHECK(cost.macc == macc(network));
    }
}

TEST_CASE("streaming needs a fraction of the peer's memory") {
    // Peer figures: TensorFlow Lite Micro's working arena for the published networks.
    const auto plan = plan_streaming(CellSpace{{50, 50, 3}, 2}.build({3, 3}));
    const std::int64_t stack = NativeCostModel::stack_bytes();
    CHECK((plan.rows_arena_bytes + stack) * 100 < 30 * 19'868);
    CHECK((plan.arena_bytes + stack) * 100 < 55 * 19'868);
}

TEST_CASE("a chain the kernels cannot run is refused by the layer's name") {
    using Catch::Contains;
    const Shape input{8, 8, 1};
    Network five{input, {}};
    five.add("wide", Conv2d{2, 5}).add("pool", MaxPool2d{2});
    CHECK_THROWS_WITH(plan_streaming(five), Contains("'pool'") && Contains("5x5"));
    Network broad{{8, 8, 300}, {}};
    broad.add("broad", Conv2d{2, 255});
    CHECK_THROWS_WITH(plan_streaming(broad), Contains("'broad'") && Contains("65535"));
    Network third{input, {}};
    third.add("conv", Conv2d{2}).add("third", MaxPool2d{3}).add("avg", GlobalAveragePool{});
    CHECK_THROWS_WITH(plan_streaming(third), Contains("'third'") && Contains("3x3"));
    Network first{input, {}};
    first.add("early", MaxPool2d{2}).add("conv", Conv2d{2});
    CHECK_THROWS_WITH(plan_streaming(first), Contains("'early'"));
    Network open{input, {}};
    open.add("conv", Conv2d{2}).add("avg", GlobalAveragePool{});
    CHECK_THROWS_AS(plan_streaming(open), NetworkError);
    CHECK_THROWS_AS(plan_streaming(Network{input, {}}), NetworkError);
}

TEST_CASE("rings hold as many rows as a window is high, and no padding it does not need") {
    Network network{{20, 10, 3}, {}};
    network.add("long", Conv2d::of(4, {10, 4, 2, 2, Padding::kSame}, true));
    network.add("depth", DepthwiseConv2d::of(2, {3, 3}, true));
    network.add("point", Conv2d{5, 1, true});
    network.add("valid", Conv2d::of(6, {2, 5, 1, 1, Padding::kValid}, true));
    network.add("avg", GlobalAveragePool{}).add("dense", Dense{3});
    const StreamingPlan plan = plan_streaming(network);
    REQUIRE(plan.stages.size() == 4);
    // 4 columns by stride 2 on 10: one of padding on either side.
    CHECK(plan.stages[0].line_bytes == 2 * 3 * (10 * (10 + 1) + 1));
    CHECK(plan.stages[1].line_bytes == 2 * 4 * (3 * (5 + 1) + 1));
    CHECK(plan.stages[2].line_bytes == 2 * 8 * (1 * 5));
    CHECK(plan.stages[3].line_bytes == 2 * 5 * (2 * 5));
    CHECK(plan.stages[3].output == Shape{9, 1, 6});
    CHECK(!native_instructions(plan, "cortex-m4"));
}

TEST_CASE("convolutions in a row and a pool before the average are streamed too") {
    Network network{{9, 7, 3}, {}};
    network.add("a", Conv2d{4}).add("b", Conv2d{5}).add("relu", Relu{}).add("pool", MaxPool2d{2});
    network.add("avg", GlobalAveragePool{}).add("dense", Dense{3}).add("softmax", Softmax{});
    const StreamingPlan plan = plan_streaming(network);
    REQUIRE(plan.stages.size() == 2);
    CHECK(plan.stages[0].ring_rows == 3);
    CHECK(plan.stages[1].ring_rows == 4);
    CHECK(plan.stages[1].output == Shape{4, 3, 5});
}
