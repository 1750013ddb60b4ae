#include "export/int8/quantize.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "export/float_network.hpp"
#include "export/int8/interpreter.hpp"
#include "export/int8/multiplier.hpp"
#include "export/verify.hpp"
#include "space/errors.hpp"
#include "tests/export/int8/real_multiplier.hpp"
#include "tests/export/support.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

namespace {

Int8Network rounded(const space::TrainedNetwork& trained, const test::Images& images) {
    return quantize(trained, images.view(), images.rows(), {});
}

/// What the format promises of every linear layer, and what keeps the integers in range.
void require_well_formed(const Int8Layer& seen) {
    const space::Node& node = seen.node;
    const Int8Constants& layer = seen.constants;
    const auto outputs = static_cast<std::size_t>(node.output.channels);
    const auto taps = static_cast<std::size_t>(seen.kernel() * seen.kernel() * node.input.channels);
    REQUIRE(layer.weights.size() == outputs * taps);
    REQUIRE(layer.bias.size() == outputs);
    REQUIRE(layer.weight_scales.size() == outputs);
    REQUIRE(layer.multipliers.size() == outputs);
    REQUIRE(seen.out.scale > 0.0F);
    REQUIRE(layer.one_rounding == seen.dense());
    for (std::size_t o = 0; o < outputs; ++o) {
        const FixedMultiplier& m = layer.multipliers[o];
        REQUIRE((m.m0 == 0 || m.m0 >= 1 << 30));
        REQUIRE(m.shift <= 0);
        REQUIRE(m.shift >= -31);
        REQUIRE((!seen.dense() || layer.weight_scales[o] == layer.weight_scales[0]));
        const double real =
            scale_ratio(seen.in.scale, layer.weight_scales[o], seen.out.scale, seen.dense());
        REQUIRE(std::isnormal(seen.in.scale * layer.weight_scales[o]));
        REQUIRE(std::abs(test::real_multiplier(m) - real) <= std::max(real * 0x1p-31, 0x1p-32));
        std::int64_t worst = std::abs(std::int64_t{layer.bias[o]});
        for (std::size_t tap = 0; tap < taps; ++tap) {
            REQUIRE(layer.weights[o * taps + tap] >= -127);
            worst += 255 * std::abs(int{layer.weights[o * taps + tap]});
        }
        REQUIRE(worst < std::int64_t{1} << 31);
    }
}

/// Each output byte against the layer's real arithmetic on the same int8 input.
void require_rounded_output(const Int8Layer& seen, const std::vector<std::int8_t>& input,
                            const std::vector<std::int8_t>& output) {
    const space::Node& node = seen.node;
    const Int8Constants& layer = seen.constants;
    const std::int64_t k = seen.kernel();
    const std::int64_t channels = node.input.channels;
    for (std::int64_t y = 0; y < node.output.height; ++y) {
        for (std::int64_t x = 0; x < node.output.width; ++x) {
            for (std::int64_t o = 0; o < node.output.channels; ++o) {
                const auto out = static_cast<std::size_t>(o);
                double sum = layer.bias[out];
                for (std::int64_t tap = 0; tap < k * k; ++tap) {
                    const std::int64_t row = y + tap / k - k / 2;
                    const std::int64_t column = x + tap % k - k / 2;
                    if (row < 0 || row >= node.input.height || column < 0 ||
                        column >= node.input.width) {
                        continue;
                    }
                    for (std::int64_t i = 0; i < channels; ++i) {
                        sum += static_cast<double>(layer.weights[static_cast<std::size_t>(
                                   (o * k * k + tap) * channels + i)]) *
                               (input[static_cast<std::size_t>(
                                    (row * node.input.width + column) * channels + i)] -
                                seen.in.zero_point);
                    }
                }
                const double real = sum * static_cast<double>(seen.in.scale) *
                                        static_cast<double>(layer.weight_scales[out]) /
                                        static_cast<double>(seen.out.scale) +
                                    seen.out.zero_point;
                const double wanted = std::clamp(real, static_cast<double>(layer.clamp_min),
                                                 static_cast<double>(layer.clamp_max));
                const std::int8_t got = output[static_cast<std::size_t>(
                    (y * node.output.width + x) * node.output.channels + o)];
                // Half a step each for the shift and, before it, for the high multiply.
                REQUIRE(std::abs(got - wanted) <= 1.001);
            }
        }
    }
}

}  // namespace

TEST_CASE("every linear layer of a random network is well formed and rounds its own arithmetic") {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const space::TrainedNetwork trained = test::random_trained(test::random_cells(rng), rng);
        const test::Images images = test::random_images(trained.network.input, 12, 2, rng);
        const Int8Network quantized = rounded(trained, images);
        Int8Interpreter interpreter(quantized);
        const std::uint8_t* pixels = images.view().image(5);
        interpreter.run(pixels);
        std::vector<std::int8_t> input;
        for (std::int64_t i = 0; i < images.shape.elements(); ++i) {
            input.push_back(static_cast<std::int8_t>(pixels[i] - 128));
        }
        for (std::size_t i = 0; i < quantized.constants.size(); ++i) {
            const Int8Layer layer = layer_of(quantized, i);
            if (is_linear(layer.node.op)) {
                require_well_formed(layer);
                require_rounded_output(layer, input, interpreter.activation(i));
            } else {
                REQUIRE(layer.in == layer.out);
            }
            input = interpreter.activation(i);
        }
    }
}

TEST_CASE("weights and bias come back within half a step") {
    Rng rng(31);
    const space::TrainedNetwork trained = test::random_trained(test::random_cells(rng), rng);
    const FloatNetwork folded = float_network(trained);
    const Int8Network quantized =
        rounded(trained, test::random_images(trained.network.input, 4, 2, rng));
    for (std::size_t i = 0; i < folded.network.nodes.size(); ++i) {
        const space::Node& node = folded.network.nodes[i];
        if (!is_linear(node.op)) {
            continue;
        }
        const FloatLinear exact = linear_of(folded, node);
        const Int8Constants& layer = quantized.constants[i];
        const auto taps = static_cast<std::size_t>(exact.taps());
        for (std::size_t w = 0; w < layer.weights.size(); ++w) {
            const double scale = static_cast<double>(layer.weight_scales[w / taps]);
            REQUIRE(std::abs(layer.weights[w] * scale - static_cast<double>(exact.weights[w])) <=
                    scale * 0.5001);
        }
        for (std::size_t o = 0; o < layer.bias.size(); ++o) {
            const double step = static_cast<double>(quantized.values[i].scale) *
                                static_cast<double>(layer.weight_scales[o]);
            REQUIRE(std::abs(layer.bias[o] * step - static_cast<double>(exact.bias[o])) <=
                    step * 0.5001);
        }
    }
}

TEST_CASE("raw pixels become int8 by the pre-processing's own scale and mean") {
    Rng rng(32);
    space::TrainedNetwork trained = test::random_trained(test::random_cells(rng), rng);
    trained.preprocess = {0.02F, 77};
    const test::Images images = test::random_images(trained.network.input, 1, 2, rng);
    const Int8Network quantized = rounded(trained, images);
    CHECK(quantized.input() == QuantParams{0.02F, 77 - 128});
    for (int pixel = 0; pixel < 256; ++pixel) {
        CHECK(quantized.input().scale *
                  static_cast<float>(pixel - 128 - quantized.input().zero_point) ==
              trained.preprocess.apply(static_cast<std::uint8_t>(pixel)));
    }
}

TEST_CASE("a ReLU's output starts at zero, zero point -128") {
    Rng rng(33);
    const space::TrainedNetwork trained =
        test::random_trained(space::CellSpace{{9, 9, 1}, 2, 0.5}.build({4, 1}), rng);
    const Int8Network quantized = rounded(trained, test::random_images({9, 9, 1}, 3, 2, rng));
    CHECK(quantized.values[1].zero_point == -128);
    CHECK(quantized.constants.front().clamp_min == -128);
    const Int8Constants& classifier = quantized.constants.back();
    CHECK(std::holds_alternative<space::Dense>(quantized.network.nodes.back().op));
    CHECK(classifier.clamp_min == -128);
    CHECK(classifier.clamp_max == 127);
}

TEST_CASE("channels and layers without life are rounded to their bias") {
    Rng rng(34);
    space::TrainedNetwork trained =
        test::random_trained(space::CellSpace{{8, 8, 1}, 3, 0.5}.build({4, 1}), rng);
    const test::Images images = test::random_images({8, 8, 1}, 16, 3, rng);
    const auto set = [&](const std::string& name, float value) {
        for (float& entry : trained.weights.at(name).values) {
            entry = value;
        }
    };
    const auto errors = [&] {
        const Int8Network quantized = rounded(trained, images);
        for (const Int8Layer& layer : test::linear_layers(quantized)) {
            require_well_formed(layer);
        }
        return compare(trained, quantized, images.view(), 1);
    };
    const auto logit_step = [&] {
        return static_cast<double>(rounded(trained, images).output().scale);
    };
    SECTION("one dead channel with a bias") {
        auto& weights = trained.weights.at("stem.conv.weight").values;
        std::fill(weights.begin(), weights.begin() + 9, 0.0F);
        CHECK(errors().layers.front().sqnr_db > 30.0);
    }
    SECTION("one channel with weights far too small for its bias") {
        auto& weights = trained.weights.at("stem.conv.weight").values;
        std::fill(weights.begin(), weights.begin() + 9, 1e-25F);
        trained.weights.at("stem.bn.bias").values[0] = 3.0F;
        CHECK(errors().layers.front().sqnr_db > 30.0);
    }
    SECTION("a layer whose ReLU never opens") {
        set("cell1.bn.bias", -1000.0F);
        CHECK(errors().layers.back().rms <= logit_step());
    }
    SECTION("all weights zero") {
        for (const char* name : {"stem.conv.weight", "cell1.conv.weight", "classifier.weight"}) {
            set(name, 0.0F);
        }
        CHECK(errors().layers.back().rms <= logit_step());
    }
    SECTION("all parameters zero") {
        for (const char* name :
             {"stem.conv.weight", "stem.bn.bias", "stem.bn.running_mean", "cell1.conv.weight",
              "cell1.bn.bias", "cell1.bn.running_mean", "classifier.weight", "classifier.bias"}) {
            set(name, 0.0F);
        }
        CHECK(errors().layers.back().rms == 0.0);
    }
    SECTION("denormal weights") {
        set("stem.conv.weight", 1e-42F);
        CHECK(errors().layers.back().rms <= 2.0 * logit_step());
    }
    SECTION("a single black image") {
        test::Images black = images;
        std::fill(black.pixels.begin(), black.pixels.end(), std::uint8_t{0});
        const Int8Network quantized = quantize(trained, black.view(), {0}, {});
        CHECK(compare(trained, quantized, black.view(), 1).layers.back().sqnr_db > 20.0);
    }
}

TEST_CASE("calibration gives the same integers for any number of threads") {
    Rng rng(35);
    const space::TrainedNetwork trained = test::random_trained(test::random_cells(rng), rng);
    const test::Images images = test::random_images(trained.network.input, 30, 2, rng);
    const Int8Network one = quantize(trained, images.view(), images.rows(), {1});
    const Int8Network three = quantize(trained, images.view(), images.rows(), {3});
    CHECK(one.values == three.values);
    for (std::size_t i = 0; i < one.constants.size(); ++i) {
        CHECK(one.constants[i].weights == three.constants[i].weights);
        CHECK(one.constants[i].bias == three.constants[i].bias);
    }
}

TEST_CASE("what cannot be rounded is refused") {
    Rng rng(36);
    space::TrainedNetwork trained =
        test::random_trained(space::CellSpace{{4, 4, 1}, 2, 0.5}.build({2, 0}), rng);
    const test::Images images = test::random_images({4, 4, 1}, 2, 2, rng);
    CHECK_THROWS_AS(quantize(trained, images.view(), {}, {}), DataError);
    SECTION("missing weights") {
        trained.weights.erase("classifier.bias");
        CHECK_THROWS_AS(rounded(trained, images), NetworkError);
    }
    SECTION("a pre-processing without a scale") {
        trained.preprocess.scale = 0.0F;
        CHECK_THROWS_AS(rounded(trained, images), ExportError);
    }
    SECTION("so many inputs that an accumulator could overflow") {
        space::Network network{{1, 1, 40'000}, {}};
        network.add("wide", space::Dense{1});
        const space::TrainedNetwork wide = test::random_trained(network, rng);
        const test::Images row = test::random_images(network.input, 1, 1, rng);
        CHECK_THROWS_WITH(rounded(wide, row),
                          Catch::Contains("'wide'") && Catch::Contains("40000 inputs"));
    }
}
