#include "space/network.hpp"

#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/random.hpp"
#include "space/spaces/cells.hpp"
#include "space/trained_network.hpp"

using namespace nanonas::space;
using nanonas::NetworkError;

TEST_CASE("shapes follow the layers") {
    Network network{{7, 5, 3}, {}};
    network.add("conv", Conv2d{4}).add("pool", MaxPool2d{});
    CHECK(network.nodes[0].output == Shape{7, 5, 4});
    CHECK(network.nodes[1].output == Shape{3, 2, 4});
    CHECK_THROWS_AS(network.add("dense", Dense{2}), NetworkError);
    CHECK_THROWS_AS(network.add("conv", Relu{}), NetworkError);
    network.add("average", GlobalAveragePool{}).add("dense", Dense{2});
    CHECK(network.output() == Shape{1, 1, 2});
    CHECK(network.classes() == 2);
}

TEST_CASE("networks compare by structure") {
    const CellSpace cells{{9, 9, 1}, 3};
    CHECK(cells.build({2, 1}) == cells.build({2, 1}));
    CHECK_FALSE(cells.build({2, 1}) == cells.build({3, 1}));
    CHECK_FALSE(cells.build({2, 1}) == cells.build({2, 2}));
}

TEST_CASE("weights are checked against the network") {
    Network network{{1, 1, 2}, {}};
    network.add("dense", Dense{2});
    Weights weights{{"dense.weight", {{2, 2}, {1, 2, 3, 4}}}, {"dense.bias", {{2}, {0, 0}}}};
    CHECK_NOTHROW(check_weights(network, weights));
    weights["dense.bias"].values[0] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_WITH(check_weights(network, weights), Catch::Contains("dense.bias"));
    weights["dense.bias"] = {{1}, {0}};
    CHECK_THROWS_WITH(check_weights(network, weights), Catch::Contains("another shape"));
    weights["dense.bias"] = {{2}, {0, 0}};
    weights["extra"] = {{1}, {0}};
    CHECK_THROWS_WITH(check_weights(network, weights), Catch::Contains("extra"));
    weights.erase("extra");
    weights.erase("dense.weight");
    CHECK_THROWS_WITH(check_weights(network, weights), Catch::Contains("missing"));
}

TEST_CASE("a shape is read as HxWxC") {
    CHECK(parse_shape("50x40x3") == Shape{50, 40, 3});
    CHECK(parse_shape("28x28") == Shape{28, 28, 1});
    for (const char* bad : {"", "50", "50x", "0x5x1", "5x5x2", "-1x5x1", "99999x5x1", "5x5x3x1"}) {
        CHECK_THROWS_AS(parse_shape(bad), nanonas::ConfigError);
    }
    CHECK_THROWS_AS(parse_shape(std::string(1'000'000, '5')), nanonas::ConfigError);
}

TEST_CASE("random numbers are the same everywhere") {
    // Recorded once; they pin the stream, and with it every published result.
    nanonas::Rng first(1);
    CHECK(first.next() == 14233695028433725123ull);
    CHECK(first.next() == 151843346328975388ull);
    CHECK(nanonas::derive_seed(1, "a", 2, 3) == 15958083183243642647ull);
    CHECK(nanonas::derive_seed(1, "a", 3, 2) != nanonas::derive_seed(1, "a", 2, 3));
    for (int i = 0; i < 1000; ++i) {
        const double x = first.uniform();
        CHECK((x >= 0.0 && x < 1.0));
        CHECK(first.below(7) < 7);
    }
}
