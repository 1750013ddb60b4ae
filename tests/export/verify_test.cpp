#include "export/verify.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "export/int8/interpreter.hpp"
#include "export/int8/quantize.hpp"
#include "space/errors.hpp"
#include "tests/export/nearest_mean.hpp"
#include "tests/export/support.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

namespace {

constexpr std::int64_t kClasses = 4;

/// Stripes in four directions, of random phase and contrast, in noise.
test::Images stripes(std::int64_t count, Rng& rng) {
    test::Images images{{16, 16, 1}, {}, {}};
    for (std::int64_t n = 0; n < count; ++n) {
        const auto label = static_cast<int>(rng.below(kClasses));
        const double angle = 3.14159265 * label / 4.0;
        const double phase = rng.uniform(0.0, 6.28);
        const double contrast = rng.uniform(60.0, 85.0);
        for (int y = 0; y < 16; ++y) {
            for (int x = 0; x < 16; ++x) {
                const double wave =
                    std::sin(1.5 * (x * std::cos(angle) + y * std::sin(angle)) + phase);
                const double value = 128.0 + contrast * wave + rng.uniform(-40.0, 40.0);
                images.pixels.push_back(static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)));
            }
        }
        images.labels.push_back(label);
    }
    return images;
}

space::TrainedNetwork nearest_mean(const test::Images& images, Rng& rng) {
    return test::nearest_mean({8, 1}, images.view(), kClasses, rng);
}

}  // namespace

TEST_CASE("int8 keeps up with float on a task that float can do") {
    Rng rng(41);
    const test::Images training = stripes(400, rng);
    const test::Images unseen = stripes(1000, rng);
    const space::TrainedNetwork trained = nearest_mean(training, rng);
    const Int8Network quantized = quantize(trained, training.view(), training.rows(), {2});
    const Comparison result = compare(trained, quantized, unseen.view(), 2);
    REQUIRE(result.images == 1000);
    CHECK(result.float_accuracy > 0.9);
    CHECK(result.int8_accuracy > result.float_accuracy - 0.02);
    CHECK(result.agreement > 0.95);
    for (const LayerError& layer : result.layers) {
        INFO(layer.name);
        CHECK(layer.sqnr_db > 20.0);
        CHECK(layer.rms > 0.0);
    }

    std::int64_t all = 0;
    std::int64_t right = 0;
    for (std::size_t c = 0; c < kClasses; ++c) {
        for (const std::int64_t count : result.confusion[c]) {
            all += count;
        }
        right += result.confusion[c][c];
    }
    CHECK(all == 1000);
    CHECK(static_cast<double>(right) / 1000.0 == result.int8_accuracy);
}

TEST_CASE("random networks: the int8 logits are near the float ones") {
    for (std::uint64_t seed = 100; seed < 140; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const space::TrainedNetwork trained = test::random_trained(test::random_cells(rng), rng);
        const test::Images images =
            test::random_images(trained.network.input, 24, trained.network.classes(), rng);
        const Int8Network quantized = quantize(trained, images.view(), images.rows(), {});
        for (const LayerError& layer : compare(trained, quantized, images.view(), 1).layers) {
            INFO(layer.name);
            REQUIRE(layer.sqnr_db > 15.0);
        }
    }
}

TEST_CASE("the comparison is the same for any number of threads") {
    Rng rng(42);
    const test::Images images = stripes(300, rng);
    const space::TrainedNetwork trained = nearest_mean(images, rng);
    const Int8Network quantized = quantize(trained, images.view(), images.rows(), {});
    const Comparison one = compare(trained, quantized, images.view(), 1);
    const Comparison four = compare(trained, quantized, images.view(), 4);
    CHECK(one.int8_accuracy == four.int8_accuracy);
    CHECK(one.float_accuracy == four.float_accuracy);
    CHECK(one.agreement == four.agreement);
    CHECK(one.confusion == four.confusion);
    for (std::size_t i = 0; i < one.layers.size(); ++i) {
        CHECK(one.layers[i].rms == four.layers[i].rms);
        CHECK(one.layers[i].sqnr_db == four.layers[i].sqnr_db);
    }
}

TEST_CASE("a comparison can be stopped, and refuses what does not belong together") {
    Rng rng(43);
    test::Images images = stripes(50, rng);
    const space::TrainedNetwork trained = nearest_mean(images, rng);
    const Int8Network quantized = quantize(trained, images.view(), {0, 1}, {});
    std::atomic<bool> stop{true};
    CHECK_THROWS_AS(compare(trained, quantized, images.view(), 1, {}, &stop), Interrupted);
    SECTION("no images") {
        space::ImageView none = images.view();
        none.count = 0;
        CHECK_THROWS_AS(compare(trained, quantized, none, 1), DataError);
    }
    SECTION("a label that is no class") {
        images.labels[3] = kClasses;
        CHECK_THROWS_WITH(compare(trained, quantized, images.view(), 1),
                          Catch::Contains("image 3"));
    }
    SECTION("another network") {
        const space::TrainedNetwork other =
            test::random_trained(space::CellSpace{{16, 16, 1}, kClasses, 0.5}.build({3, 1}), rng);
        CHECK_THROWS_AS(compare(other, quantized, images.view(), 1), ExportError);
    }
}
