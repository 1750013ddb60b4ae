// Builds with LibTorch.
#include <catch2/catch.hpp>

#include "space/network.hpp"
#include "train/engine/engine.hpp"

using namespace nanonas;
using namespace nanonas::train;

TEST_CASE("a network without fast kernels falls back to the stock engine") {
    space::Network network{{6, 6, 1}, {}};
    network.add("conv", space::Conv2d{2, 5, true})
        .add("average", space::GlobalAveragePool{})
        .add("classifier", space::Dense{2})
        .add("softmax", space::Softmax{});
    for (const std::string& name : engine_names()) {
        INFO(name);
        CHECK(make_engine(name)->covers(network));
        const auto model = make_engine(name)->create(network, {}, 1, 1);
        CHECK(model->weights().size() == space::parameters(network).size());
    }
}
