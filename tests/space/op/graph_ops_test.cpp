#include <catch2/catch.hpp>

#include "space/cost.hpp"
#include "space/errors.hpp"
#include "space/network.hpp"
#include "space/passes/passes.hpp"

using namespace nanonas;
using namespace nanonas::space;
using Catch::Contains;

namespace {

const Shape kMap{6, 5, 4};

Shape output_of(const Op& op) {
    Network network{kMap, {}};
    network.add("op", op);
    return network.output();
}

}  // namespace

TEST_CASE("pads, pools and reshapes write maps of their sides") {
    CHECK(output_of(Pad{1, 0, 2, 3}) == Shape{7, 10, 4});
    CHECK(output_of(AveragePool2d::of({2, 3, 2, 1, Padding::kSame})) == Shape{3, 5, 4});
    CHECK(output_of(AveragePool2d::of({2, 3, 2, 1, Padding::kValid})) == Shape{3, 3, 4});
    CHECK(output_of(MaxPool2d::of({3, 2, 1, 2, Padding::kSame})) == Shape{6, 3, 4});
    CHECK(output_of(Reshape{1, 1, 120}) == Shape{1, 1, 120});
}

TEST_CASE("squares side by side are their size alone, other windows are not") {
    const Window tiles{2, 2, 2, 2, Padding::kValid};
    CHECK(same_op(MaxPool2d::of(tiles), MaxPool2d{2}));
    CHECK(MaxPool2d{2}.tiles());
    for (const Window& window :
         {Window{2, 3, 2, 2, Padding::kValid}, Window{2, 2, 1, 2, Padding::kValid},
          Window{2, 2, 2, 2, Padding::kSame}}) {
        CHECK(MaxPool2d::of(window).window() == window);
        CHECK_FALSE(MaxPool2d::of(window).tiles());
        CHECK_FALSE(same_op(MaxPool2d::of(window), MaxPool2d{2}));
    }
}

TEST_CASE("what the map cannot be made into is refused by layer") {
    const auto refused = [](const Op& op, const char* why) {
        CHECK_THROWS_WITH(output_of(op), Contains("layer 'op': ") && Contains(why));
        CHECK_THROWS_AS(output_of(op), NetworkError);
    };
    refused(Pad{0, 0, -1, 0}, "-1 columns on the left");
    refused(Pad{256, 0, 0, 0}, "pads 256 rows above");
    refused(AveragePool2d::of({7, 1, 1, 1, Padding::kValid}), "larger than the 6x5x4 map");
    refused(MaxPool2d::of({2, 2, 1, 6, Padding::kSame}), "a stride of 1x6");
    refused(MaxPool2d{6}, "cannot be pooled by 6");
    refused(Reshape{1, 1, 119}, "reshapes a 6x5x4 map to 1x1x119");
    Network large{{65'536, 1, 1}, {}};
    CHECK_THROWS_WITH(large.add("op", Pad{1, 0, 0, 0}), Contains("sides of at most 65536"));
}

TEST_CASE("a sum reads two maps of one shape") {
    Network network{kMap, {}};
    const Value conv = network.add("conv", Conv2d{4}, {0});
    const Value half = network.add("half", MaxPool2d{}, {conv});
    CHECK_THROWS_WITH(network.add("sum", Add{}, {conv, half}),
                      Contains("layer 'sum': adds a 6x5x4 and a 3x2x4 map"));
    CHECK_THROWS_WITH(network.add("sum", Add{}, {conv}), Contains("a Add reads 2 values, not 1"));
    CHECK(network.shape(network.add("sum", Add{}, {0, conv})) == kMap);
}

TEST_CASE("a ReLU behind a sum becomes a part of it") {
    Network network{kMap, {}};
    const Value conv = network.add("conv", Conv2d{4}, {0});
    const Value sum = network.add("sum", Add{}, {conv, 0});
    network.add("relu", Relu{}, {sum});
    lower(network);
    REQUIRE(network.nodes.size() == 2);
    const Node& last = network.nodes[1];
    CHECK(activation_of(last.op) == Activation::kRelu);
    CHECK(last.end == "relu");
}

TEST_CASE("maps that a later layer reads are alive until then") {
    Network network{kMap, {}};
    const Value wide = network.add("wide", Conv2d{8}, {0});
    const Value narrow = network.add("narrow", Conv2d{4}, {wide});
    network.add("sum", Add{}, {narrow, 0});
    network.add("twice", Add{}, {3, 3});
    network.add("average", GlobalAveragePool{}, {4});
    const CostReport costs = layer_costs(network);
    const std::int64_t pixels = 30;
    CHECK(costs.layers[0].tensor_bytes == pixels * (4 + 8));
    CHECK(costs.layers[1].tensor_bytes == pixels * (4 + 8 + 4));  // the input waits for the sum
    CHECK(costs.layers[2].tensor_bytes == pixels * (4 + 4 + 4));
    CHECK(costs.layers[3].tensor_bytes == pixels * (4 + 4));
    CHECK(costs.layers[4].tensor_bytes == pixels * 4 + 4);
    CHECK(costs.peak_tensor_bytes == pixels * 16);
}
