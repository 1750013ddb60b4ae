// Rewrites of imported networks: the same scores, and what went.
#include "export/optimize/optimize.hpp"

#include <catch2/catch.hpp>

#include "export/int8/interpreter.hpp"
#include "export/int8/multiplier.hpp"
#include "tests/export/random_network.hpp"
#include "tests/export/support.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

namespace {

std::int64_t draw_side(Rng& rng, std::uint64_t most) {
    return 1 + static_cast<std::int64_t>(rng.below(most));
}

/// Convolutions with padding, and some behind a pad, on maps smaller than their windows, too.
space::Network random_padded(Rng& rng) {
    space::Network network{{draw_side(rng, 5), draw_side(rng, 5), 2}, {}};
    const std::int64_t count = draw_side(rng, 4);
    for (std::int64_t i = 0; i < count; ++i) {
        const std::string name = "conv" + std::to_string(i);
        space::Shape map = network.output();
        space::Window window{draw_side(rng, 6), draw_side(rng, 6), draw_side(rng, 2),
                             draw_side(rng, 2), space::Padding::kSame};
        window.stride_height = std::min(window.stride_height, map.height);
        window.stride_width = std::min(window.stride_width, map.width);
        if (rng.below(3) == 0) {  // what SAME pads, at times more
            const std::int64_t more = rng.below(3) == 0 ? 1 : 0;
            network.add(name + ".pad", space::Pad{window.top(map), window.bottom(map) + more,
                                                  window.left(map), window.right(map)});
            window.padding = space::Padding::kValid;
        }
        if (rng.below(2) == 0) {
            network.add(name, space::DepthwiseConv2d::of(draw_side(rng, 2), window, true));
        } else {
            network.add(name, space::Conv2d::of(draw_side(rng, 5), window, true));
        }
        if (rng.below(3) == 0) {
            map = network.output();
            network.add(name + ".same", space::Reshape{map.height, map.width, map.channels});
        }
    }
    return network;
}

PassSaving row(const std::vector<PassSaving>& savings, const std::string& pass) {
    for (const PassSaving& saving : savings) {
        if (saving.pass == pass) {
            return saving;
        }
    }
    FAIL(pass);
    return {};
}

}  // namespace

TEST_CASE("rewrites change no byte") {
    PassSaving total;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const Int8Network whole = testing::random_int8(random_padded(rng), rng, false);
        Int8Network small = whole;
        for (const PassSaving& saving : optimize(small)) {
            CHECK(saving.operators >= 0);
            CHECK(saving.weight_bytes >= 0);
            total.operators += saving.operators;
            total.weight_bytes += saving.weight_bytes;
        }
        REQUIRE(small.constants.size() == small.network.nodes.size());
        REQUIRE(small.values.size() == small.network.nodes.size() + 1);
        const testing::RandomImages images(whole.network.input, 4, rng);
        Int8Interpreter before(whole), after(small);
        for (std::int64_t i = 0; i < 4; ++i) {
            REQUIRE(after.run(images.view().image(i)) == before.run(images.view().image(i)));
        }
    }
    CHECK(total.operators > 50);
    CHECK(total.weight_bytes > 1000);
}

TEST_CASE("a 3x3 window on a 1x1 map is its centre, behind a pad as well") {
    for (const bool pad : {false, true}) {
        Rng rng(3);
        space::Network network{{1, 1, 4}, {}};
        if (pad) {
            network.add("pad", space::Pad{1, 1, 1, 1});
        }
        const space::Window window{3, 3, 1, 1,
                                   pad ? space::Padding::kValid : space::Padding::kSame};
        network.add("conv", space::Conv2d::of(8, window, true));
        Int8Network small = testing::random_int8(network, rng, false);
        const auto savings = optimize(small);
        REQUIRE(small.network.nodes.size() == 1);
        CHECK(space::window_of(small.network.nodes[0].op).area() == 1);
        CHECK(small.constants[0].weights.size() == 32);
        CHECK(row(savings, "pads").operators == (pad ? 1 : 0));
        CHECK(row(savings, "dead taps").weight_bytes == 8 * 4 * 8);
        CHECK(row(savings, "dead taps").macc == 8 * 4 * 8);
    }
}

TEST_CASE("operators that lead to no score go, and what they alone read") {
    Rng rng(4);
    space::Network network{{4, 4, 2}, {}};
    const space::Value first = network.add("a", space::Conv2d{3, 3, true}, {0});
    const space::Value aside = network.add("b", space::Conv2d{3, 3, true}, {first});
    network.add("c", space::MaxPool2d{2}, {aside});
    network.add("d", space::GlobalAveragePool{}, {first});
    Int8Network made = testing::random_int8(network, rng, false);
    made.values[4] = made.values[1];
    Int8Interpreter before(made);
    Int8Network small = made;
    CHECK(row(optimize(small), "dead operators").operators == 2);
    CHECK(small.network.nodes.size() == 2);
    const testing::RandomImages images(network.input, 1, rng);
    Int8Interpreter after(small);
    CHECK(after.run(images.view().image(0)) == before.run(images.view().image(0)));
}

TEST_CASE("a ReLU that changes no byte goes, another stays") {
    for (const std::int8_t least : {std::int8_t{-128}, std::int8_t{-5}}) {
        Int8Network network;
        network.network.input = {2, 2, 1};
        const QuantParams params{0.1F, least};
        network.values = {params};
        Int8Constants constants;
        constants.multipliers = {fixed_multiplier(1.0)};
        constants.clamp_min = least;
        network.add("pool", space::MaxPool2d{2}, {}, params);
        network.add("relu", space::Relu{}, constants, params);
        CHECK(row(optimize(network), "no-ops").operators == (least == -128 ? 1 : 0));
    }
}
