// Builds without LibTorch.
#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/network.hpp"
#include "train/engine/engine.hpp"

using namespace nanonas;
using namespace nanonas::train;

TEST_CASE("the stock engine is refused as one this build has not") {
    CHECK(engine_names() == std::vector<std::string>{"fast"});
    CHECK_THROWS_AS(make_engine("stock"), ConfigError);
    CHECK_THROWS_WITH(make_engine("stock"), Catch::Contains("this build has none"));
}

TEST_CASE("a network without fast kernels is refused with the layer and what is needed") {
    space::Network network{{6, 6, 1}, {}};
    network.add("conv", space::Conv2d{2, 3, true})
        .add("average", space::GlobalAveragePool{})
        .add("classifier", space::Dense{2})
        .add("softmax", space::Softmax{});
    const auto engine = make_engine("fast");
    CHECK_FALSE(engine->covers(network));
    CHECK_THROWS_AS(engine->create(network, {}, 1, 1), NetworkError);
    CHECK_THROWS_WITH(engine->create(network, {}, 1, 1), Catch::Contains("layer 'average'") &&
                                                             Catch::Contains("batch norm") &&
                                                             Catch::Contains("LibTorch"));
}
