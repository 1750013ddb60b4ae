#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "space/spaces/cells.hpp"
#include "train/engine/engine.hpp"

using namespace nanonas;
using namespace nanonas::train;

TEST_CASE("initial weights fit their network and are the seed's alone") {
    const space::Network network = space::CellSpace{{28, 28, 1}, 10}.build({8, 3});
    const space::Weights weights = initial_weights(network, 7);
    CHECK_NOTHROW(space::check_weights(network, weights));
    CHECK(initial_weights(network, 7) == weights);
    CHECK(initial_weights(network, 8) != weights);
}

TEST_CASE("convolution and dense weights are Glorot-uniform") {
    space::Network network{{9, 9, 16}, {}};
    network.add("conv", space::Conv2d{24, 3, true}).add("bn", space::BatchNorm{});
    network.add("average", space::GlobalAveragePool{}).add("dense", space::Dense{30});
    const space::Weights weights = initial_weights(network, 1);
    const auto check_uniform = [](const std::vector<float>& values, double limit) {
        const auto [low, high] = std::minmax_element(values.begin(), values.end());
        CHECK(static_cast<double>(*high) <= limit);
        CHECK(static_cast<double>(*low) >= -limit);
        double sum = 0.0, squares = 0.0;
        for (const float value : values) {
            sum += static_cast<double>(value);
            squares += static_cast<double>(value) * static_cast<double>(value);
        }
        const auto count = static_cast<double>(values.size());
        // Variance of a uniform: limit^2 / 3; five standard errors of mean, 10 % of variance.
        CHECK(std::abs(sum / count) < 5.0 * limit / std::sqrt(3.0 * count));
        CHECK(squares / count == Approx(limit * limit / 3.0).epsilon(0.1));
    };
    check_uniform(weights.at("conv.weight").values, std::sqrt(6.0 / (9.0 * (16 + 24))));
    check_uniform(weights.at("dense.weight").values, std::sqrt(6.0 / (24 + 30)));
}

TEST_CASE("biases start at zero and batch norm at identity") {
    space::Network network{{4, 4, 1}, {}};
    network.add("conv", space::Conv2d{3, 3, true}).add("bn", space::BatchNorm{});
    const space::Weights weights = initial_weights(network, 1);
    const std::vector<float> zeros(3, 0.0F), ones(3, 1.0F);
    CHECK(weights.at("conv.bias").values == zeros);
    CHECK(weights.at("bn.weight").values == ones);
    CHECK(weights.at("bn.bias").values == zeros);
    CHECK(weights.at("bn.running_mean").values == zeros);
    CHECK(weights.at("bn.running_var").values == ones);
}

TEST_CASE("a dropout mask keeps its share, scaled, and is the seed's and layer's alone") {
    const std::vector<float> mask = dropout_mask(5, 3, 0.25, 100, 100);
    REQUIRE(mask.size() == 10000);
    const auto dropped = std::count(mask.begin(), mask.end(), 0.0F);
    const auto kept = std::count(mask.begin(), mask.end(), static_cast<float>(1.0 / 0.75));
    CHECK(dropped + kept == 10000);
    CHECK(std::abs(static_cast<double>(dropped) - 2500.0) < 5.0 * std::sqrt(10000 * 0.25 * 0.75));
    CHECK(dropout_mask(5, 3, 0.25, 100, 100) == mask);
    CHECK(dropout_mask(6, 3, 0.25, 100, 100) != mask);
    CHECK(dropout_mask(5, 4, 0.25, 100, 100) != mask);
    const std::vector<float> none = dropout_mask(5, 3, 0.0, 4, 4);
    CHECK(std::count(none.begin(), none.end(), 1.0F) == 16);
}
