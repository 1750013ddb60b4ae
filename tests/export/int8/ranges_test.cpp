#include "export/int8/ranges.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "space/errors.hpp"
#include "tests/export/support.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

TEST_CASE("zero is one of the 256 steps and every value is within one step") {
    Rng rng(21);
    for (int i = 0; i < 20'000; ++i) {
        Range range;
        const double size = std::pow(10.0, rng.uniform(-6.0, 6.0));
        for (int j = 0; j < 2; ++j) {
            range.include(test::draw(rng, -size, size));
        }
        const QuantParams params = params_of(range, 1e-12F);
        INFO("[" << range.low << ", " << range.high << "]");
        REQUIRE(params.scale > 0.0F);
        REQUIRE(params.zero_point >= -128);
        REQUIRE(params.zero_point <= 127);
        for (int j = 0; j < 10; ++j) {
            const double value =
                rng.uniform(static_cast<double>(range.low), static_cast<double>(range.high));
            const double scale = static_cast<double>(params.scale);
            const double q =
                std::clamp(std::round(value / scale) + params.zero_point, -128.0, 127.0);
            REQUIRE(std::abs(scale * (q - params.zero_point) - value) <= scale * 1.0001);
        }
    }
}

TEST_CASE("a range that starts at zero has its zero point at -128") {
    const QuantParams params = params_of({0.0F, 2.55F}, 1e-12F);
    CHECK(params.zero_point == -128);
    CHECK(params.scale == Approx(0.01));
}

TEST_CASE("a range that ends at zero has its zero point at 127") {
    CHECK(params_of({-2.55F, 0.0F}, 1e-12F).zero_point == 127);
}

TEST_CASE("an activation that never moves gets the smallest step") {
    const QuantParams params = params_of({0.0F, 0.0F}, 0.25F);
    CHECK(params == QuantParams{0.25F, -128});
}

TEST_CASE("the widest range a float can hold has a finite step") {
    const float most = std::numeric_limits<float>::max();
    CHECK(std::isfinite(params_of({-most, most}, 1e-12F).scale));
}

TEST_CASE("ranges are those of the rows asked for, whatever the number of threads") {
    Rng rng(22);
    const space::TrainedNetwork trained = test::random_trained(test::random_cells(rng), rng);
    const FloatNetwork folded = float_network(trained);
    const test::Images images = test::random_images(folded.network.input, 40, 2, rng);
    const auto ends = [&](const std::vector<std::int64_t>& rows, int threads) {
        std::vector<float> values;
        for (const Range& range : observe_ranges(folded, images.view(), rows, threads)) {
            values.insert(values.end(), {range.low, range.high});
        }
        return values;
    };
    CHECK(ends(images.rows(), 1) == ends(images.rows(), 3));
    CHECK(ends({3}, 1) != ends(images.rows(), 1));
    CHECK_THROWS_AS(ends({}, 1), DataError);
    CHECK_THROWS_AS(ends({40}, 1), DataError);
    CHECK_THROWS_AS(ends({-1}, 1), DataError);
    space::ImageView other = images.view();
    other.shape.channels += 1;
    CHECK_THROWS_AS(observe_ranges(folded, other, {0}, 1), DataError);
}

TEST_CASE("an activation that overflows is refused by its layer's name") {
    Rng rng(23);
    const space::CellSpace cells{{6, 6, 1}, 2, 0.5};
    space::TrainedNetwork trained = test::random_trained(cells.build({2, 0}), rng);
    trained.preprocess = {1.0F, 0};
    trained.weights["stem.bn.running_mean"].values = {0.0F, 0.0F};
    for (float& value : trained.weights["stem.conv.weight"].values) {
        value = 1e38F;
    }
    const test::Images images = test::random_images({6, 6, 1}, 1, 2, rng);
    CHECK_THROWS_WITH(observe_ranges(float_network(trained), images.view(), {0}, 1),
                      Catch::Contains("'stem.conv'"));
}
