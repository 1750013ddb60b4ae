#include "train/data/augment_apply.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

using namespace nanonas;
using namespace nanonas::train;

namespace {

std::vector<std::uint8_t> applied(const space::Shape& shape, const std::vector<std::uint8_t>& in,
                                  const AugmentDraw& draw) {
    std::vector<std::uint8_t> out(in.size());
    apply_augment(shape, in.data(), draw, out.data());
    return out;
}

}  // namespace

TEST_CASE("no draw leaves the image as it is") {
    CHECK(applied({1, 3, 1}, {1, 2, 3}, {}) == std::vector<std::uint8_t>{1, 2, 3});
}

TEST_CASE("a flip mirrors pixels, not channels") {
    CHECK(applied({1, 2, 3}, {1, 2, 3, 4, 5, 6}, {true, 0, 0, 0}) ==
          std::vector<std::uint8_t>{4, 5, 6, 1, 2, 3});
}

TEST_CASE("a shift repeats the edge") {
    const std::vector<std::uint8_t> in = {1, 2, 3, 4, 5, 6};
    CHECK(applied({2, 3, 1}, in, {false, 0, 1, 0}) == std::vector<std::uint8_t>{2, 3, 3, 5, 6, 6});
    CHECK(applied({2, 3, 1}, in, {false, -1, 0, 0}) == std::vector<std::uint8_t>{1, 2, 3, 1, 2, 3});
    CHECK(applied({2, 3, 1}, in, {false, 9, 9, 0}) == std::vector<std::uint8_t>(6, 6));
}

TEST_CASE("flip and shift together mirror first") {
    CHECK(applied({1, 3, 1}, {1, 2, 3}, {true, 0, 1, 0}) == std::vector<std::uint8_t>{3, 3, 2});
}

TEST_CASE("brightness is clamped to a byte") {
    CHECK(applied({1, 3, 1}, {0, 100, 250}, {false, 0, 0, 10}) ==
          std::vector<std::uint8_t>{10, 110, 255});
    CHECK(applied({1, 3, 1}, {0, 100, 250}, {false, 0, 0, -110}) ==
          std::vector<std::uint8_t>{0, 0, 140});
}

TEST_CASE("draws follow the formula of the header") {
    const std::uint64_t seed = 20240601;
    INFO("seed " << seed);
    Rng rng(seed);
    AugmentOptions options;
    options.flip = true;
    options.shift = 3;
    options.brightness = 0.4;
    const space::Shape shape{5, 7, 3};
    for (int round = 0; round < 200; ++round) {
        std::vector<std::uint8_t> in(static_cast<std::size_t>(shape.elements()));
        for (std::uint8_t& pixel : in) {
            pixel = static_cast<std::uint8_t>(rng.below(256));
        }
        const AugmentDraw draw = draw_augment(options, rng);
        REQUIRE(std::abs(draw.dx) <= 3);
        REQUIRE(std::abs(draw.dy) <= 3);
        REQUIRE(std::abs(draw.brightness) <= 102);
        const std::vector<std::uint8_t> out = applied(shape, in, draw);
        const auto at = [&shape](std::int64_t y, std::int64_t x, std::int64_t c) {
            return static_cast<std::size_t>((y * shape.width + x) * shape.channels + c);
        };
        for (std::int64_t y = 0; y < shape.height; ++y) {
            for (std::int64_t x = 0; x < shape.width; ++x) {
                for (std::int64_t c = 0; c < 3; ++c) {
                    const std::int64_t v = std::clamp<std::int64_t>(y + draw.dy, 0, 4);
                    const std::int64_t u =
                        std::clamp<std::int64_t>((draw.flip ? 6 - x : x) + draw.dx, 0, 6);
                    REQUIRE(int{out[at(y, x, c)]} ==
                            std::clamp(in[at(v, u, c)] + draw.brightness, 0, 255));
                }
            }
        }
    }
}
