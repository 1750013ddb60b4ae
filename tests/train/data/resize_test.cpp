#include "train/data/resize.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "space/random.hpp"
#include "train/data/image_decode.hpp"

using namespace nanonas;
using namespace nanonas::train;
using Bytes = std::vector<std::uint8_t>;

namespace {

Bytes resized(const space::Shape& from, const Bytes& in, const space::Shape& to) {
    Bytes out(static_cast<std::size_t>(to.elements()));
    resize_image(from, in.data(), to, out.data());
    return out;
}

/// The triangle filter in real numbers, one output pixel at a time.
double reference(const space::Shape& from, const Bytes& in, const space::Shape& to, std::int64_t y,
                 std::int64_t x, std::int64_t c) {
    const auto weight = [](std::int64_t i, std::int64_t j, std::int64_t size_in,
                           std::int64_t size_out) {
        const double ratio = static_cast<double>(size_in) / static_cast<double>(size_out);
        const double centre = (static_cast<double>(i) + 0.5) * ratio;
        const double distance = std::abs(static_cast<double>(j) + 0.5 - centre);
        return std::max(0.0, 1.0 - distance / std::max(1.0, ratio));
    };
    double sum = 0.0;
    double total = 0.0;
    for (std::int64_t v = 0; v < from.height; ++v) {
        for (std::int64_t u = 0; u < from.width; ++u) {
            const double w =
                weight(y, v, from.height, to.height) * weight(x, u, from.width, to.width);
            sum += w * in[static_cast<std::size_t>((v * from.width + u) * from.channels + c)];
            total += w;
        }
    }
    return sum / total;
}

}  // namespace

TEST_CASE("the same size is a copy") {
    CHECK(resized({1, 3, 1}, {1, 2, 3}, {1, 3, 1}) == Bytes{1, 2, 3});
}

TEST_CASE("doubling is bilinear with repeated edges") {
    // Output centres 0.25, 0.75, 1.25, 1.75 between input centres 0.5 and 1.5.
    CHECK(resized({1, 2, 1}, {0, 100}, {1, 4, 1}) == Bytes{0, 25, 75, 100});
}

TEST_CASE("halving weights 1 3 3 1 and drops what lies outside") {
    // Output 0 is centred at 1.0 with support 2: inputs at distance 0.5, 0.5, 1.5.
    CHECK(resized({1, 4, 1}, {0, 0, 240, 240}, {1, 2, 1}) == Bytes{34, 206});
    CHECK(resized({4, 1, 1}, {0, 0, 240, 240}, {2, 1, 1}) == Bytes{34, 206});
}

TEST_CASE("a flat image stays flat at any size") {
    for (const std::int64_t side : {1, 2, 3, 7, 50, 113}) {
        const Bytes in(13 * 9 * 3, 255);
        const Bytes out = resized({13, 9, 3}, in, {side, side + 1, 3});
        CHECK(std::all_of(out.begin(), out.end(), [](std::uint8_t p) { return p == 255; }));
    }
}

TEST_CASE("random images agree with the filter in real numbers") {
    const std::uint64_t seed = 11;
    INFO("seed " << seed);
    Rng rng(seed);
    for (int round = 0; round < 60; ++round) {
        const auto side = [&rng] { return static_cast<std::int64_t>(1 + rng.below(20)); };
        const std::int64_t channels = rng.below(2) == 0 ? 1 : 3;
        const space::Shape from{side(), side(), channels};
        const space::Shape to{side(), side(), channels};
        Bytes in(static_cast<std::size_t>(from.elements()));
        for (std::uint8_t& pixel : in) {
            pixel = static_cast<std::uint8_t>(rng.below(256));
        }
        const Bytes out = resized(from, in, to);
        INFO(to_string(from) << " to " << to_string(to));
        for (std::int64_t i = 0; i < to.elements(); ++i) {
            const std::int64_t pixel = i / channels;
            const double exact =
                reference(from, in, to, pixel / to.width, pixel % to.width, i % channels);
            // Half a step of rounding, and 15-bit weights.
            REQUIRE(std::abs(out[static_cast<std::size_t>(i)] - exact) < 0.53);
        }
    }
}

TEST_CASE("RGB to grey uses the BT.601 weights, rounded; grey to RGB repeats") {
    const Bytes rgb = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255};
    Bytes grey(4);
    fit_image({2, 2, 3}, rgb.data(), {2, 2, 1}, grey.data());
    CHECK(grey == Bytes{76, 150, 29, 255});
    Bytes back(12);
    fit_image({2, 2, 1}, grey.data(), {2, 2, 3}, back.data());
    CHECK(back == Bytes{76, 76, 76, 150, 150, 150, 29, 29, 29, 255, 255, 255});
}
