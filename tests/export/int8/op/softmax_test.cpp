#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "export/int8/op/softmax.hpp"
#include "tests/support/draw.hpp"

namespace nanonas::exporting {
namespace {

std::vector<std::int8_t> softmax(float scale, const std::vector<std::int8_t>& input) {
    const space::Shape shape{1, 1, static_cast<std::int64_t>(input.size())};
    const space::Node node{"softmax", space::Softmax{}, shape, shape, {0}};
    Int8Constants constants;
    constants.multipliers = {softmax_multiplier(1.0F, scale)};
    std::vector<std::int8_t> output(input.size());
    int8_op(node).run({node, constants, {scale, 0}, {1.0F / 256.0F, -128}}, {&input}, output);
    return output;
}

}  // namespace

TEST_CASE("a softmax of a published network is LiteRT's to the byte") {
    // The seventh is 45.50001 steps; the reference kernel, in integers, makes 45 of it.
    CHECK(softmax(0.240983605F, {6, 6, 3, 3, 0, -9, 11, -5, 6, 16}) ==
          std::vector<std::int8_t>{-114, -114, -121, -121, -125, -128, -83, -127, -114, 24});
}

TEST_CASE("a softmax in integers is the real one but for half a step and a little") {
    Rng rng(1);
    for (int round = 0; round < 3000; ++round) {
        const auto scale = static_cast<float>(std::exp2(rng.uniform(-24.0, 8.0)));
        std::vector<std::int8_t> input(static_cast<std::size_t>(testing::draw(rng, 1, 600)));
        for (std::int8_t& value : input) {
            value = static_cast<std::int8_t>(testing::draw(rng, -128, 127));
        }
        const int largest = *std::max_element(input.begin(), input.end());
        double sum = 0.0;
        for (const std::int8_t value : input) {
            sum += std::exp(static_cast<double>(scale) * (value - largest));
        }
        const std::vector<std::int8_t> output = softmax(scale, input);
        for (std::size_t i = 0; i < input.size(); ++i) {
            const double steps =
                256.0 * std::exp(static_cast<double>(scale) * (input[i] - largest)) / sum;
            INFO("scale " << scale << ", " << input.size() << " values, " << steps << " steps");
            REQUIRE(std::abs(output[i] - (std::min(steps, 255.0) - 128.0)) < 0.501);
        }
    }
}

}  // namespace nanonas::exporting
