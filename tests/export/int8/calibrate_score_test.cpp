#include "export/int8/calibrate_score.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "export/float_interpreter.hpp"
#include "export/int8/calibrate.hpp"
#include "export/int8/interpreter.hpp"
#include "export/int8/loss.hpp"
#include "export/int8/quantize.hpp"
#include "export/verify.hpp"
#include "tests/export/nearest_mean.hpp"
#include "tests/export/support.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

namespace {

/// A random network of the (k,c) space with calibrations on random images.
struct Case {
    explicit Case(std::uint64_t seed) {
        Rng rng(seed);
        trained = test::random_trained(test::random_cells(rng), rng);
        images = test::random_images(trained.network.input, 60, trained.network.classes(), rng);
        folded = float_network(trained);
    }
    /// Three classes whose scores lie within some nats of each other, and one 60 nats below them
    /// that sets the step of all.
    void close_classes_and_one_far_away(std::uint64_t seed) {
        Rng rng(seed);
        images = test::random_images({12, 12, 1}, 200, 4, rng);
        trained = test::nearest_mean({2, 1}, images.view(), 4, rng);
        folded = float_network(trained);
        FloatInterpreter interpreter(folded);
        float most = 0.0F;
        for (const std::int64_t row : images.rows()) {
            for (const float score : interpreter.run(images.view().image(row))) {
                most = std::max(most, std::abs(score));
            }
        }
        for (const char* tensor : {"classifier.weight", "classifier.bias"}) {
            for (float& value : trained.weights.at(tensor).values) {
                value *= 4.0F / most;
            }
        }
        trained.weights.at("classifier.bias").values.back() -= 60.0F;
        folded = float_network(trained);
    }
    Calibration calibrated(RangeMethod method, int threads = 1) const {
        CalibrateOptions options;
        options.methods = {method};
        options.threads = threads;
        return calibrate(folded, images.view(), images.rows(), options);
    }
    Comparison compared(const std::vector<Range>& ranges) const {
        return compare(trained, quantize(trained, ranges), images.view(), 1);
    }
    /// Sum over the images, by the interpreters alone.
    double change(const std::vector<Range>& ranges) const {
        const Int8Network quantized = quantize(trained, ranges);
        Int8Interpreter rounded(quantized);
        FloatInterpreter exact(folded);
        double sum = 0.0;
        for (const std::int64_t row : images.rows()) {
            const std::uint8_t* pixels = images.view().image(row);
            sum += relative_entropy(exact.run(pixels),
                                    dequantized(rounded.run(pixels), quantized.output()));
        }
        return sum;
    }

    space::TrainedNetwork trained;
    test::Images images;
    FloatNetwork folded;
};

}  // namespace

TEST_CASE("ranges by the scores keep the class of more images than min-max") {
    double lost = 0.0;
    double lost_by_minmax = 0.0;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        Case one(seed);
        one.close_classes_and_one_far_away(seed);
        lost += 1.0 - one.compared(one.calibrated(RangeMethod::kScore).ranges).agreement;
        lost_by_minmax += 1.0 - one.compared(one.calibrated(RangeMethod::kMinMax).ranges).agreement;
    }
    INFO(lost << " against " << lost_by_minmax);
    CHECK(lost < 0.8 * lost_by_minmax);
}

TEST_CASE("no range tried for the scores changes the probabilities less than the one chosen") {
    for (std::uint64_t seed = 50; seed < 58; ++seed) {
        INFO("seed " << seed);
        const Case one(seed);
        const Calibration calibration = one.calibrated(RangeMethod::kScore);
        const double own = one.change(calibration.ranges);
        std::vector<Range> others = calibration.ranges;
        const Range whole = one.calibrated(RangeMethod::kMinMax).ranges.back();
        for (const Range& range : score_ranges(whole)) {
            others.back() = range;
            REQUIRE(own <= one.change(others) * (1.0 + 1e-9));
        }
    }
}

TEST_CASE("only the layers that decide the scores leave min-max") {
    Case one(7);
    Rng rng(7);
    one.images = test::random_images({16, 16, 1}, 60, 3, rng);
    one.trained = test::nearest_mean({2, 2}, one.images.view(), 3, rng);
    one.folded = float_network(one.trained);
    const auto score = one.calibrated(RangeMethod::kScore).ranges;
    const auto whole = one.calibrated(RangeMethod::kMinMax).ranges;
    for (std::size_t i = 0; i < score.size(); ++i) {
        if (!is_linear(one.folded.network.nodes[i].op) || !decides_scores(one.folded, i)) {
            CHECK(score[i].low == whole[i].low);
            CHECK(score[i].high == whole[i].high);
        }
    }
    CHECK_FALSE(decides_scores(one.folded, 0));
    CHECK(decides_scores(one.folded, one.folded.network.nodes.size() - 1));  // the classifier
    CHECK(decides_scores(one.folded, one.folded.network.nodes.size() - 3));  // before the average
}

TEST_CASE("ranges by the scores are the same for any number of threads") {
    const Case one(61);
    const auto alone = one.calibrated(RangeMethod::kScore, 1).ranges;
    for (const int threads : {2, 5}) {
        const auto together = one.calibrated(RangeMethod::kScore, threads).ranges;
        for (std::size_t i = 0; i < alone.size(); ++i) {
            CHECK(alone[i].low == together[i].low);
            CHECK(alone[i].high == together[i].high);
        }
    }
}

TEST_CASE("ranges to try begin with the whole one and keep an end at 0") {
    const auto both = score_ranges({-2.0F, 4.0F});
    CHECK(both.front().low == -2.0F);
    CHECK(both.front().high == 4.0F);
    const auto one = score_ranges({0.0F, 4.0F});
    CHECK(one.size() * one.size() == both.size());
    for (const Range& range : one) {
        CHECK(range.low == 0.0F);
        CHECK(range.high > 0.0F);
    }
    CHECK(score_ranges({0.0F, 0.0F}).size() == 1);
}

TEST_CASE("relative entropy is 0 for the same probabilities and what the formula says else") {
    CHECK(relative_entropy({1.0F, 2.0F}, {1.0F, 2.0F}) == Approx(0.0).margin(1e-12));
    CHECK(relative_entropy({1.0F, 2.0F}, {5.0F, 6.0F}) == Approx(0.0).margin(1e-6));
    // p = (1/2, 1/2), q = (1/4, 3/4)
    CHECK(relative_entropy({0.0F, 0.0F}, {0.0F, std::log(3.0F)}) ==
          Approx(0.5 * std::log(2.0) + 0.5 * std::log(2.0 / 3.0)).epsilon(1e-6));
    CHECK(std::isfinite(relative_entropy({1e4F, -1e4F}, {-1e4F, 1e4F})));
}

TEST_CASE("the layer whose range is far too wide is the one to blame") {
    const Case one(3);
    const Int8Network good = quantize(one.trained, one.calibrated(RangeMethod::kMinMax).ranges);
    const auto losses = layer_losses(one.trained, good, one.images.view(), 2);
    REQUIRE(losses.size() == one.folded.network.nodes.size());
    CHECK(losses.back().agreement == compare(one.trained, good, one.images.view(), 1).agreement);
    for (std::size_t i = 0; i < losses.size(); ++i) {
        CHECK(losses[i].name == one.folded.network.nodes[i].name);
        CHECK(losses[i].steps <= 256);
        if (!is_linear(one.folded.network.nodes[i].op)) {
            continue;
        }
        std::vector<Range> ranges = one.calibrated(RangeMethod::kMinMax).ranges;
        ranges[i].low *= 1000.0F;
        ranges[i].high *= 1000.0F;
        const auto worse =
            layer_losses(one.trained, quantize(one.trained, ranges), one.images.view(), 1);
        CHECK(worst_layer(worse) == i);
        CHECK(worse[i].steps <= 3);
    }
}
