#include "export/int8/calibrate_histogram.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/export/support.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

namespace {

Histogram histogram_of(const std::vector<float>& values) {
    Range range;
    for (const float value : values) {
        range.include(value);
    }
    Histogram histogram(range);
    for (const float value : values) {
        histogram.add(value);
    }
    return histogram;
}

std::vector<float> uniform(std::int64_t count, double low, double high, Rng& rng) {
    std::vector<float> values;
    for (std::int64_t i = 0; i < count; ++i) {
        values.push_back(test::draw(rng, low, high));
    }
    return values;
}

/// Roughly a normal distribution, such as activations have.
std::vector<float> bell(std::int64_t count, double deviation, Rng& rng) {
    std::vector<float> values;
    for (std::int64_t i = 0; i < count; ++i) {
        double sum = 0.0;
        for (int j = 0; j < 12; ++j) {
            sum += rng.uniform(-0.5, 0.5);
        }
        values.push_back(static_cast<float>(deviation * sum));
    }
    return values;
}

/// What rounding does to the values themselves, no histogram in between.
double true_error(const std::vector<float>& values, const Range& range) {
    const QuantParams params = params_of(range, 1e-30F);
    const double scale = static_cast<double>(params.scale);
    double error = 0.0;
    for (const float value : values) {
        const double q = std::clamp(
            std::nearbyint(static_cast<double>(value) / scale) + params.zero_point, -128.0, 127.0);
        const double off = scale * (q - params.zero_point) - static_cast<double>(value);
        error += off * off;
    }
    return error;
}

}  // namespace

TEST_CASE("a single outlier does not stretch the percentile range") {
    Rng rng(51);
    std::vector<float> values = uniform(100'000, 0.0, 1.0, rng);
    values.push_back(50.0F);
    const Range range = percentile_range(histogram_of(values), 99.99);
    CHECK(range.low == 0.0F);
    CHECK(range.high >= 0.99F);
    CHECK(range.high <= 1.1F);  // a bin of the histogram is 50 / 2048 wide
}

TEST_CASE("an outlier at either end is left out, the other end kept") {
    Rng rng(52);
    std::vector<float> values = uniform(50'000, -1.0, 2.0, rng);
    values.push_back(-40.0F);
    const Range range = percentile_range(histogram_of(values), 99.99);
    CHECK(range.low > -1.2F);
    CHECK(range.low <= -0.99F);
    CHECK(range.high == Approx(2.0).margin(0.05));
}

TEST_CASE("few values are all within the percentile range") {
    Rng rng(53);
    std::vector<float> values = uniform(1000, -1.0, 1.0, rng);
    values.push_back(50.0F);
    const Histogram histogram = histogram_of(values);
    const Range range = percentile_range(histogram, 99.99);
    CHECK(range.high == histogram.range().high);
    CHECK(range.low == histogram.range().low);
}

TEST_CASE("the percentile range leaves at most its share out, and 100 leaves nothing out") {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        std::vector<float> values = bell(20'000, 1.0 + rng.uniform(0.0, 9.0), rng);
        if (rng.below(2) == 0) {
            for (float& value : values) {
                value = std::max(value, 0.0F);
            }
        }
        const Histogram histogram = histogram_of(values);
        const double percentile = rng.uniform(95.0, 100.0);
        const Range range = percentile_range(histogram, percentile);
        double above = 0.0;
        double below = 0.0;
        for (const float value : values) {
            above += value > range.high ? 1.0 : 0.0;
            below += value < range.low ? 1.0 : 0.0;
        }
        const double allowed = (1.0 - percentile / 100.0) * static_cast<double>(values.size());
        REQUIRE(above <= allowed);
        REQUIRE(below <= allowed);
        REQUIRE(percentile_range(histogram, 100.0).high == histogram.range().high);
        REQUIRE(percentile_range(histogram, 100.0).low == histogram.range().low);
    }
}

TEST_CASE("the least-error range never has more error than the whole one on its histogram") {
    for (std::uint64_t seed = 100; seed < 160; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        std::vector<float> values = rng.below(2) == 0 ? bell(5'000, rng.uniform(0.01, 20.0), rng)
                                                      : uniform(5'000, -3.0, 8.0, rng);
        for (std::uint64_t outliers = rng.below(4); outliers > 0; --outliers) {
            values.push_back(test::draw(rng, -60.0, 200.0));
        }
        if (rng.below(2) == 0) {
            for (float& value : values) {
                value = std::max(value, 0.0F);
            }
        }
        const Histogram histogram = histogram_of(values);
        const Range range = least_error_range(histogram);
        REQUIRE(rounding_error(histogram, range) <= rounding_error(histogram, histogram.range()));
        REQUIRE(range.low >= histogram.range().low);
        REQUIRE(range.high <= histogram.range().high);
        REQUIRE(range.low <= 0.0F);
        REQUIRE(range.high >= 0.0F);
        // And so it is on the values, up to the bins' width.
        REQUIRE(true_error(values, range) <= 1.02 * true_error(values, histogram.range()));
    }
}

TEST_CASE("one far outlier among many values is clipped when that loses less") {
    Rng rng(54);
    std::vector<float> values = uniform(1'000'000, 0.0, 1.0, rng);
    values.push_back(20.0F);
    const Histogram histogram = histogram_of(values);
    const Range range = least_error_range(histogram);
    // Keeping 20 costs 1e6 * (20/255)^2 / 12 = 513; clipping it at 10 costs 100 + 128.
    CHECK(range.high < 15.0F);
    CHECK(range.high > 1.0F);
    CHECK(true_error(values, range) < 0.8 * true_error(values, histogram.range()));
}

TEST_CASE("values that never move keep a range and lose nothing") {
    SECTION("all zero") {
        const Histogram histogram = histogram_of(std::vector<float>(100, 0.0F));
        CHECK(histogram.zeros() == 100);
        for (const Range& range :
             {percentile_range(histogram, 99.0), least_error_range(histogram)}) {
            CHECK(range.low == 0.0F);
            CHECK(range.high == 0.0F);
        }
    }
    SECTION("constant, either sign") {
        for (const float constant : {3.0F, -3.0F}) {
            const Histogram histogram = histogram_of(std::vector<float>(10'000, constant));
            const Range percentile = percentile_range(histogram, 99.0);
            CHECK(std::max(-percentile.low, percentile.high) == 3.0F);
            const Range least = least_error_range(histogram);
            CHECK(std::max(-least.low, least.high) == Approx(3.0).epsilon(0.01));
        }
    }
}

TEST_CASE("histograms merged are the histogram of all values, whatever the order") {
    Rng rng(55);
    const std::vector<float> values = bell(4000, 2.0, rng);
    const Histogram whole = histogram_of(values);
    Histogram first(whole.range());
    Histogram second(whole.range());
    for (std::size_t i = values.size(); i-- > 0;) {
        (i % 3 == 0 ? first : second).add(values[i]);
    }
    second.merge(first);
    CHECK(second.counts() == whole.counts());
    CHECK(second.total() == whole.total());
    CHECK(second.zeros() == whole.zeros());
}
