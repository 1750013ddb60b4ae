#include "export/float_interpreter.hpp"

#include <catch2/catch.hpp>

#include "export/simd/float_interpreter.hpp"
#include "tests/export/random_network.hpp"
#include "tests/export/support.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

TEST_CASE("widths and channels that fill no block are computed as the full ones") {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const space::Shape input{1 + static_cast<std::int64_t>(rng.below(6)),
                                 1 + static_cast<std::int64_t>(rng.below(11)),
                                 1 + static_cast<std::int64_t>(rng.below(4))};
        space::Network network{input, {}};
        network.add("a", space::Conv2d{1 + static_cast<std::int64_t>(rng.below(20)),
                                       1 + 2 * static_cast<std::int64_t>(rng.below(3)), true});
        const space::TrainedNetwork trained = test::random_trained(network, rng);
        const FloatNetwork folded = float_network(trained);
        const test::Images image = test::random_images(input, 1, 2, rng);
        FloatInterpreter interpreter(folded);
        const std::vector<double> expected = test::reference_logits(trained, image.pixels.data());
        const std::vector<float>& map = interpreter.run(image.pixels.data());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            REQUIRE(static_cast<double>(map[i]) == Approx(expected[i]).epsilon(1e-5).margin(1e-5));
        }
    }
}

TEST_CASE("windows, strides and depthwise convolutions are the real arithmetic") {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const space::TrainedNetwork trained =
            test::random_trained(testing::random_windows(rng, true), rng);
        const FloatNetwork folded = float_network(trained);
        const test::Images image = test::random_images(trained.network.input, 1, 2, rng);
        FloatInterpreter interpreter(folded);
        const std::vector<double> expected = test::reference_logits(trained, image.pixels.data());
        const std::vector<float>& scores = interpreter.run(image.pixels.data());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            REQUIRE(static_cast<double>(scores[i]) ==
                    Approx(expected[i]).epsilon(1e-4).margin(1e-4));
        }
    }
}

TEST_CASE("max pools of any window are the real arithmetic, with vectors and without") {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const auto side = [&](std::int64_t most) {
            return 1 + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(most)));
        };
        const space::Window window{
            side(4), side(4), side(3), side(3),
            rng.below(2) == 0 ? space::Padding::kSame : space::Padding::kValid};
        space::Network network{{4 + side(5), 4 + side(5), 3}, {}};
        network.add("conv", space::Conv2d{1 + side(9), 3, true})
            .add("pool", space::MaxPool2d::of(window));
        const space::TrainedNetwork trained = test::random_trained(network, rng);
        const FloatNetwork folded = float_network(trained);
        const test::Images image = test::random_images(network.input, 1, 2, rng);
        const std::vector<double> expected = test::reference_logits(trained, image.pixels.data());
        FloatInterpreter interpreter(folded);
        simd::FloatInterpreter vectors(folded);
        const std::vector<float>& map = interpreter.run(image.pixels.data());
        CHECK(vectors.run(image.pixels.data()) == map);
        REQUIRE(map.size() == expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            REQUIRE(static_cast<double>(map[i]) == Approx(expected[i]).epsilon(1e-5).margin(1e-5));
        }
    }
}

TEST_CASE("batch norm and ReLU fold into convolutions of any window and into depthwise ones") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        space::Network network{{9, 8, 3}, {}};
        network.add("conv", space::Conv2d::of(4, {4, 2, 2, 1, space::Padding::kSame}, false))
            .add("conv.bn", space::BatchNorm{})
            .add("conv.relu", space::Relu{})
            .add("depth", space::DepthwiseConv2d::of(2, {3, 3, 1, 2}, seed % 2 == 0))
            .add("depth.bn", space::BatchNorm{})
            .add("depth.relu", space::Relu{})
            .add("average", space::GlobalAveragePool{})
            .add("classifier", space::Dense{3})
            .add("softmax", space::Softmax{});
        const space::TrainedNetwork trained = test::random_trained(network, rng);
        const FloatNetwork folded = float_network(trained);
        REQUIRE(folded.network.nodes.size() == 4);
        const test::Images image = test::random_images(network.input, 1, 3, rng);
        FloatInterpreter interpreter(folded);
        const std::vector<double> expected = test::reference_logits(trained, image.pixels.data());
        const std::vector<float>& scores = interpreter.run(image.pixels.data());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            REQUIRE(static_cast<double>(scores[i]) ==
                    Approx(expected[i]).epsilon(1e-4).margin(1e-4));
        }
    }
}

TEST_CASE("a run leaves nothing behind for the next") {
    Rng rng(4);
    const space::TrainedNetwork trained = test::random_trained(test::random_cells(rng), rng);
    const FloatNetwork folded = float_network(trained);
    const test::Images images = test::random_images(folded.network.input, 2, 2, rng);
    FloatInterpreter interpreter(folded);
    const std::vector<float> first = interpreter.run(images.view().image(0));
    interpreter.run(images.view().image(1));
    CHECK(interpreter.run(images.view().image(0)) == first);
}
