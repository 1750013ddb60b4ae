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
    network.add("conv", space::Conv2d{2, 5, true})
        .add("average", space::GlobalAveragePool{})
        .add("classifier", space::Dense{2})
        .add("softmax", space::Softmax{});
    const auto engine = make_engine("fast");
    CHECK_FALSE(engine->covers(network));
    space::Network depthwise{{6, 6, 2}, {}};
    depthwise.add("depth", space::DepthwiseConv2d{})
        .add("norm", space::BatchNorm{})
        .add("relu", space::Relu{})
        .add("average", space::GlobalAveragePool{})
        .add("classifier", space::Dense{2})
        .add("softmax", space::Softmax{});
    CHECK_FALSE(engine->covers(depthwise));
    for (const space::Window& window :
         {space::Window{3, 3, 2, 2, space::Padding::kSame},
          space::Window{3, 3, 1, 1, space::Padding::kValid}, space::Window{3, 1}}) {
        space::Network other{{6, 6, 1}, {}};
        other.add("conv", space::Conv2d::of(2, window, false));
        for (std::size_t i = 1; i < depthwise.nodes.size(); ++i) {
            other.add(depthwise.nodes[i].name, depthwise.nodes[i].op);
        }
        CHECK_FALSE(engine->covers(other));
    }
    CHECK_THROWS_AS(engine->create(network, {}, 1, 1), NetworkError);
    CHECK_THROWS_WITH(engine->create(network, {}, 1, 1), Catch::Contains("layer 'conv'") &&
                                                             Catch::Contains("3x3 or 1x1") &&
                                                             Catch::Contains("LibTorch"));
}
