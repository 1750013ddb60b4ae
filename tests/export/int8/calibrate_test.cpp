#include "export/int8/calibrate.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "export/float_interpreter.hpp"
#include "export/int8/calibrate_trials.hpp"
#include "export/int8/interpreter.hpp"
#include "export/int8/quantize.hpp"
#include "export/verify.hpp"
#include "space/errors.hpp"
#include "tests/export/random_network.hpp"
#include "tests/export/support.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

namespace {

struct Case {
    explicit Case(std::uint64_t seed, std::int64_t count = 40) {
        Rng rng(seed);
        trained = test::random_trained(test::random_cells(rng), rng);
        images = test::random_images(trained.network.input, count, trained.network.classes(), rng);
        folded = float_network(trained);
    }
    Calibration calibrated(const std::string& name, int threads = 1) const {
        CalibrateOptions options;
        options.methods = parse_calibration(name);
        options.percentile = 99.0;
        options.threads = threads;
        return calibrate(folded, images.view(), images.rows(), options);
    }

    space::TrainedNetwork trained;
    test::Images images;
    FloatNetwork folded;
};

std::vector<float> ends(const std::vector<Range>& ranges) {
    std::vector<float> values;
    for (const Range& range : ranges) {
        values.insert(values.end(), {range.low, range.high});
    }
    return values;
}

std::vector<double> errors(const Calibration& calibration) {
    std::vector<double> values;
    for (const LayerCalibration& layer : calibration.layers) {
        for (const Trial& trial : layer.trials) {
            values.insert(values.end(),
                          {trial.error, trial.sqnr_db, static_cast<double>(trial.range.high),
                           static_cast<double>(trial.range.low)});
        }
    }
    return values;
}

/// Squared error of one layer's output over all images, by the interpreters alone.
double layer_error(const Case& one, const std::vector<Range>& ranges, std::size_t layer) {
    const Int8Network quantized = quantize(one.trained, ranges);
    const QuantParams params = quantized.values[layer + 1];
    Int8Interpreter rounded(quantized);
    FloatInterpreter exact(one.folded);
    double error = 0.0;
    for (std::int64_t i = 0; i < one.images.view().count; ++i) {
        rounded.run(one.images.view().image(i));
        exact.run(one.images.view().image(i));
        const auto& bytes = rounded.activation(layer);
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            const double off = static_cast<double>(params.scale) * (bytes[at] - params.zero_point) -
                               static_cast<double>(exact.activation(layer)[at]);
            error += off * off;
        }
    }
    return error;
}

}  // namespace

TEST_CASE("auto's error in each layer is not above any method's, by the interpreters themselves") {
    for (std::uint64_t seed = 0; seed < 25; ++seed) {
        INFO("seed " << seed);
        const Case one(seed);
        const Calibration chosen = one.calibrated("auto");
        for (const LayerCalibration& layer : chosen.layers) {
            INFO(layer.name);
            REQUIRE(layer.trials.size() == 3);
            const double own = layer_error(one, chosen.ranges, layer.layer);
            for (const Trial& trial : layer.trials) {
                // The layers before as chosen, this one by the method.
                std::vector<Range> ranges = chosen.ranges;
                ranges[layer.layer] = trial.range;
                const double other = layer_error(one, ranges, layer.layer);
                REQUIRE(other == Approx(trial.error).epsilon(1e-9).margin(1e-12));
                REQUIRE(own <= other * (1.0 + 1e-12));
                if (trial.method == layer.chosen) {
                    REQUIRE(trial.range.low == chosen.ranges[layer.layer].low);
                    REQUIRE(trial.range.high == chosen.ranges[layer.layer].high);
                }
            }
        }
    }
}

TEST_CASE("calibration is the same for any number of threads") {
    for (const std::string name : {"minmax", "percentile", "mse", "auto"}) {
        INFO(name);
        const Case one(61, 60);
        const Calibration alone = one.calibrated(name, 1);
        for (const int threads : {2, 5}) {
            const Calibration together = one.calibrated(name, threads);
            CHECK(ends(alone.ranges) == ends(together.ranges));
            CHECK(errors(alone) == errors(together));
        }
    }
}

TEST_CASE("min-max calibration finds the observed ranges") {
    const Case one(62);
    const Calibration calibration = one.calibrated("minmax");
    CHECK(ends(calibration.ranges) ==
          ends(observe_ranges(one.folded, one.images.view(), one.images.rows(), 1)));
    CHECK(calibration.images == 40);
    CHECK(calibration.trial_images == 40);
}

TEST_CASE("what is reported of a layer is what a comparison on the same images finds") {
    const Case one(63);
    for (const std::string name : {"percentile", "auto"}) {
        const Calibration calibration = one.calibrated(name);
        const Comparison comparison =
            compare(one.trained, quantize(one.trained, calibration.ranges), one.images.view(), 1);
        for (const LayerCalibration& layer : calibration.layers) {
            INFO(layer.name);
            CHECK(comparison.layers[layer.layer].name == layer.name);
            for (const Trial& trial : layer.trials) {
                if (trial.method == layer.chosen) {
                    CHECK(comparison.layers[layer.layer].sqnr_db ==
                          Approx(trial.sqnr_db).epsilon(1e-9));
                }
            }
        }
    }
}

namespace {

void check_sums(const Int8Network& network, const std::uint8_t* pixels) {
    Int8Interpreter oracle(network);
    oracle.run(pixels);
    for (std::size_t i = 0; i < network.constants.size(); ++i) {
        const Int8Layer layer = layer_of(network, i);
        if (!is_linear(layer.node.op)) {
            continue;
        }
        std::vector<std::int8_t> input;
        if (i == 0) {
            for (std::int64_t p = 0; p < network.network.input.elements(); ++p) {
                input.push_back(static_cast<std::int8_t>(pixels[p] - 128));
            }
        } else {
            input = oracle.activation(i - 1);
        }
        const std::vector<RoundedNode> node = {{layer.constants, layer.out}};
        RangeTrials(layer.node, node, layer.in)
            .run(input, [&](std::size_t, const std::vector<std::int8_t>& output) {
                const bool same = output == oracle.activation(i);
                REQUIRE(same);
            });
    }
}

}  // namespace

TEST_CASE("layer sums requantized are the oracle's bytes") {
    for (std::uint64_t seed = 200; seed < 230; ++seed) {
        INFO("seed " << seed);
        const Case one(seed, 3);
        const Int8Network network = quantize(one.trained, one.images.view(), one.images.rows(), {});
        for (std::int64_t image = 0; image < 3; ++image) {
            check_sums(network, one.images.view().image(image));
        }
    }
}

TEST_CASE("so are those of windows, strides and depthwise convolutions") {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const Int8Network network =
            testing::random_int8(testing::random_windows(rng, false), rng, seed % 3 == 0);
        const testing::RandomImages images(network.network.input, 1, rng);
        check_sums(network, images.view().image(0));
    }
}

TEST_CASE("windows are quantized and calibrated as other layers are") {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const space::TrainedNetwork trained =
            test::random_trained(testing::random_windows(rng, true), rng);
        const test::Images images = test::random_images(trained.network.input, 24, 2, rng);
        const FloatNetwork folded = float_network(trained);
        const CalibrateOptions options{parse_calibration("score"), 99.99, 1};
        const Calibration calibration =
            calibrate(folded, images.view(), images.rows(), options, {}, nullptr);
        const Int8Network network = quantize(trained, calibration.ranges);
        const Comparison comparison = compare(trained, network, images.view(), 1);
        for (const LayerCalibration& layer : calibration.layers) {
            INFO(layer.name);
            CHECK(comparison.layers[layer.layer].sqnr_db > 15.0);
        }
    }
}

TEST_CASE("layers that never move are calibrated by every method") {
    Case one(64, 1);  // one image
    SECTION("all weights zero: every layer's output is constant") {
        for (auto& [name, tensor] : one.trained.weights) {
            if (name.find("conv.weight") != std::string::npos) {
                std::fill(tensor.values.begin(), tensor.values.end(), 0.0F);
            }
        }
    }
    SECTION("all zero") {
        for (auto& [name, tensor] : one.trained.weights) {
            if (name.find("running_var") == std::string::npos) {
                std::fill(tensor.values.begin(), tensor.values.end(), 0.0F);
            }
        }
    }
    SECTION("one image, otherwise alive") {}
    one.folded = float_network(one.trained);
    for (const std::string name : {"minmax", "percentile", "mse", "auto"}) {
        INFO(name);
        const Calibration calibration = one.calibrated(name);
        REQUIRE(calibration.ranges.size() == one.folded.network.nodes.size());
        for (const LayerCalibration& layer : calibration.layers) {
            for (const Trial& trial : layer.trials) {
                CHECK(std::isfinite(trial.error));
                CHECK_FALSE(std::isnan(trial.sqnr_db));
            }
        }
        CHECK_NOTHROW(quantize(one.trained, calibration.ranges));
    }
}

TEST_CASE("calibration can be stopped and refuses what makes no sense") {
    const Case one(65, 8);
    const auto images = one.images.view();
    CalibrateOptions options;
    std::atomic<bool> stop{true};
    CHECK_THROWS_AS(calibrate(one.folded, images, one.images.rows(), options, {}, &stop),
                    Interrupted);
    CHECK_THROWS_AS(calibrate(one.folded, images, {}, options), DataError);
    options.percentile = 20.0;
    CHECK_THROWS_AS(calibrate(one.folded, images, one.images.rows(), options), ConfigError);
    CHECK_THROWS_WITH(parse_calibration("msee"), Catch::Contains("did you mean mse"));
    CHECK(parse_calibration("auto").size() == 3);
    for (const std::string& name : calibration_names()) {
        CHECK_NOTHROW(parse_calibration(name));
    }
}

TEST_CASE("progress of a calibration rises to the end") {
    const Case one(66, 20);
    CalibrateOptions options;
    double last = 0.0;
    calibrate(one.folded, one.images.view(), one.images.rows(), options, [&](double fraction) {
        CHECK(fraction >= last);
        CHECK(fraction <= 1.0);
        last = fraction;
    });
}
