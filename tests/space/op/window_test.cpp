#include "space/op/window.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/network.hpp"

using namespace nanonas;
using namespace nanonas::space;

TEST_CASE("sizes and paddings are TensorFlow's") {
    const struct {
        Window window;
        Shape map;
        std::int64_t height, width, top, left, bottom, right;
    } rows[] = {
        {{3, 3, 1, 1, Padding::kSame}, {5, 4, 1}, 5, 4, 1, 1, 1, 1},
        // The odd row is below, the odd column on the right.
        {{2, 2, 1, 1, Padding::kSame}, {5, 4, 1}, 5, 4, 0, 0, 1, 1},
        {{3, 3, 2, 2, Padding::kSame}, {224, 224, 1}, 112, 112, 0, 0, 1, 1},
        {{3, 3, 2, 2, Padding::kSame}, {225, 225, 1}, 113, 113, 1, 1, 1, 1},
        // MLPerf Tiny's keyword spotting: 10x4 by 2x2 on 49x10.
        {{10, 4, 2, 2, Padding::kSame}, {49, 10, 1}, 25, 5, 4, 1, 5, 1},
        {{1, 1, 3, 3, Padding::kSame}, {7, 6, 1}, 3, 2, 0, 0, 0, 0},
        {{5, 5, 1, 1, Padding::kSame}, {1, 1, 1}, 1, 1, 2, 2, 2, 2},
        {{3, 2, 1, 2, Padding::kValid}, {5, 5, 1}, 3, 2, 0, 0, 0, 0},
        {{4, 4, 3, 3, Padding::kValid}, {4, 9, 1}, 1, 2, 0, 0, 0, 0},
    };
    for (const auto& row : rows) {
        INFO(to_string(row.window) << " on " << to_string(row.map));
        CHECK(row.window.output(row.map, 7) == Shape{row.height, row.width, 7});
        CHECK(row.window.top(row.map) == row.top);
        CHECK(row.window.left(row.map) == row.left);
        CHECK(row.window.bottom(row.map) == row.bottom);
        CHECK(row.window.right(row.map) == row.right);
    }
}

TEST_CASE("windows that do not fit a map are refused with both sizes") {
    using Catch::Equals;
    Network network{{4, 6, 2}, {}};
    CHECK_THROWS_WITH(
        network.add("a", Conv2d::of(1, {5, 3, 1, 1, Padding::kValid}, true)),
        Catch::Contains("'a'") &&
            Catch::Contains("a window of 5x3 is larger than the 4x6x2 map, which has no padding"));
    CHECK_THROWS_WITH(
        network.add("b", DepthwiseConv2d::of(1, {3, 3, 5, 1}, true)),
        Catch::Contains("'b'") && Catch::Contains("a stride of 5x1 is larger than the 4x6x2 map"));
    CHECK_THROWS_WITH(network.add("c", Conv2d{1, 0}), Catch::Contains("at least 1"));
    CHECK_THROWS_WITH(network.add("d", DepthwiseConv2d{0}),
                      Catch::Contains("a multiplier of 0 on 2 channels; expected 1 to 255"));
    CHECK_THROWS_WITH(network.add("e", DepthwiseConv2d{256}), Catch::Contains("expected 1 to 255"));
    CHECK(network.nodes.empty());
}

TEST_CASE("a depthwise convolution costs what its taps cost") {
    Network network{{8, 6, 3}, {}};
    network.add("depth", DepthwiseConv2d::of(2, {3, 5, 2, 1, Padding::kSame}, false));
    CHECK(network.output() == Shape{4, 6, 6});
    CHECK(macc(network) == 4 * 6 * 6 * 15);
    const std::vector<ParameterSpec> specs = parameters(network);
    REQUIRE(specs.size() == 1);
    CHECK(specs[0].name == "depth.weight");
    CHECK(specs[0].shape == std::vector<std::int64_t>{6, 1, 3, 5});
}

TEST_CASE("a window is the same however its fields say it") {
    const Window window{3, 5, 2, 1, Padding::kValid};
    CHECK(Conv2d::of(4, window, true).window() == window);
    CHECK(same_op(Conv2d::of(4, {5, 5}, true), Conv2d{4, 5, true}));
    CHECK(window_of(Dense{3}) == Window{});
}
