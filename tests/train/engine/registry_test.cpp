#include <catch2/catch.hpp>

#include "space/errors.hpp"
#include "space/spaces/cells.hpp"
#include "train/engine/engine.hpp"

using namespace nanonas;
using namespace nanonas::train;

TEST_CASE("engines are made by the names that are listed") {
    for (const std::string& name : engine_names()) {
        CHECK(make_engine(name)->name() == name);
    }
}

TEST_CASE("an unknown engine is an error that lists the known ones") {
    CHECK_THROWS_AS(make_engine("stok"), ConfigError);
    CHECK_THROWS_WITH(make_engine("stok"), Catch::Contains("stok"));
    for (const std::string& name : engine_names()) {
        CHECK_THROWS_WITH(make_engine("stok"), Catch::Contains(name));
    }
}

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
