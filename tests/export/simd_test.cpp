// The interpreters with vectors against the naive loops: the same bytes on every SIMD target.
#include <catch2/catch.hpp>

#include <cstring>
#include <limits>

#include "export/float_interpreter.hpp"
#include "export/int8/interpreter.hpp"
#include "export/int8/multiplier.hpp"
#include "export/simd/float_interpreter.hpp"
#include "export/simd/int8_interpreter.hpp"
#include "export/simd/int8_sums.hpp"
#include "export/simd/kernels/lanes.hpp"
#include "tests/export/random_network.hpp"
#include "tests/export/support.hpp"
#include "tests/support/simd_targets.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

namespace {

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

void compare_int8(const Int8Network& network, Rng& rng) {
    const testing::RandomImages images(network.network.input, 2, rng);
    Int8Interpreter naive(network);
    simd::Int8Interpreter vectors(network);
    for (std::int64_t image = 0; image < images.count; ++image) {
        const std::uint8_t* pixels = images.view().image(image);
        const std::vector<std::int8_t> scores = naive.run(pixels);
        REQUIRE(vectors.run(pixels) == scores);
        for (std::size_t i = 0; i < network.network.nodes.size(); ++i) {
            INFO("layer " << network.network.nodes[i].name);
            REQUIRE(vectors.activation(i) == naive.activation(i));
        }
    }
}

void compare_float(const space::TrainedNetwork& trained, Rng& rng) {
    const FloatNetwork network = float_network(trained);
    const testing::RandomImages images(network.network.input, 2, rng);
    FloatInterpreter naive(network);
    simd::FloatInterpreter vectors(network);
    const std::size_t layers = network.network.nodes.size();
    for (std::int64_t image = 0; image < images.count; ++image) {
        const std::uint8_t* pixels = images.view().image(image);
        const std::vector<float> scores = naive.run(pixels);
        REQUIRE(same_bits(vectors.run(pixels), scores));
        for (std::size_t i = 0; i < layers; ++i) {
            INFO("layer " << network.network.nodes[i].name);
            REQUIRE(same_bits(vectors.activation(i), naive.activation(i)));
        }
        const std::size_t first = 1 + rng.below(layers);
        const std::vector<float> map = naive.activation(first - 1);
        REQUIRE(same_bits(vectors.run_from(first, map), naive.run_from(first, map)));
        REQUIRE(same_bits(vectors.run(pixels, first), naive.run(pixels, first)));
    }
}

/// A convolution to more channels than a block of any target holds, and pools of three.
space::Network wide(Rng& rng) {
    const auto side = [&](std::int64_t low, std::int64_t high) {
        return low +
               static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(high - low + 1)));
    };
    space::Network network;
    network.input = {side(3, 9), side(3, 9), side(1, 3)};
    network.add("a", space::Conv2d{side(1, 120), 3, true});
    network.add("relu", space::Relu{});
    network.add("pool", space::MaxPool2d{side(1, 3)});
    network.add("depth", space::DepthwiseConv2d::of(side(1, 3), {2, 3, 1, 1}, true));
    network.add("b", space::Conv2d::of(side(40, 110), {1, 1, 1, 1}, true));
    network.add("average", space::GlobalAveragePool{});
    network.add("c", space::Dense{side(1, 70)});
    network.add("d", space::Dense{side(2, 20)});
    return network;
}

}  // namespace

TEST_CASE("int8 networks with vectors write the bytes of the naive loops on every target") {
    testing::for_each_target([] {
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            INFO("seed " << seed);
            Rng rng(seed);
            const bool wild = rng.below(2) == 0;
            compare_int8(testing::random_int8(testing::random_windows(rng, true), rng, wild), rng);
            compare_int8(testing::random_int8(test::random_cells(rng), rng, wild), rng);
            const Int8Network blocks = testing::random_int8(wide(rng), rng, wild);
            compare_int8(blocks, rng);
            compare_int8(rounded_twice(blocks), rng);
        }
    });
}

TEST_CASE("float networks with vectors write the bits of the naive loops on every target") {
    testing::for_each_target([] {
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            INFO("seed " << seed);
            Rng rng(seed);
            compare_float(test::random_trained(testing::random_windows(rng, true), rng), rng);
            compare_float(test::random_trained(test::random_cells(rng), rng), rng);
            compare_float(test::random_trained(wide(rng), rng), rng);
        }
    });
}

TEST_CASE("sums of any size are rounded with vectors as the naive loops round them") {
    constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min();
    constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();
    constexpr std::size_t kPixels = 40;
    testing::for_each_target([&] {
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            INFO("seed " << seed);
            Rng rng(seed);
            const auto word = [&] { return static_cast<std::int32_t>(rng.below(1ULL << 32)); };
            space::Network shapes;
            shapes.input = {1, kPixels, 1};
            shapes.add("a", space::Conv2d{1 + static_cast<std::int64_t>(rng.below(40)), 1, true});
            const space::Node& node = shapes.nodes.front();
            const auto channels = static_cast<std::size_t>(node.output.channels);
            Int8Constants constants;
            constants.clamp_min = rng.below(2) == 0 ? -128 : static_cast<std::int8_t>(rng.below(9));
            for (std::size_t i = 0; i < channels; ++i) {
                constants.multipliers.push_back(
                    rng.below(8) == 0
                        ? FixedMultiplier{kMost, -static_cast<std::int32_t>(rng.below(32))}
                        : fixed_multiplier(
                              std::ldexp(rng.uniform(0.5, 1.0), -static_cast<int>(rng.below(32)))));
            }
            const QuantParams out{1.0F, static_cast<std::int32_t>(rng.below(256)) - 128};
            const Int8Layer layer{node, constants, {}, out};
            std::vector<std::int32_t> sums;
            for (std::size_t i = 0; i < kPixels * channels; ++i) {
                const std::int32_t edges[] = {kLeast, kLeast + 1, kMost, 0, 1 << 30};
                sums.push_back(rng.below(4) == 0 ? edges[rng.below(5)]
                                                 : word() / (std::int32_t{1} << rng.below(31)));
            }
            std::vector<std::int8_t> naive;
            for (std::size_t i = 0; i < sums.size(); ++i) {
                naive.push_back(requantized_output(layer, i % channels, sums[i]));
            }
            sums.resize(sums.size() + simd::kLanes);
            std::vector<std::int8_t> vectors(naive.size());
            simd::Int8Rounding(layer).run(layer, sums, vectors);
            REQUIRE(vectors == naive);
        }
    });
}
