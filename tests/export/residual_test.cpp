// Float networks that are graphs: their real arithmetic, with vectors and without, and in int8.
#include <catch2/catch.hpp>

#include <algorithm>

#include "export/float_interpreter.hpp"
#include "export/int8/calibrate.hpp"
#include "export/int8/interpreter.hpp"
#include "export/int8/power.hpp"
#include "export/int8/quantize.hpp"
#include "export/simd/float_interpreter.hpp"
#include "export/simd/int8_interpreter.hpp"
#include "space/passes/passes.hpp"
#include "tests/export/support.hpp"

using namespace nanonas;
using namespace nanonas::exporting;

namespace {

/// Two branches that meet, pads, pools of any window, a map made a row.
space::Network random_graph(Rng& rng) {
    const auto side = [&](std::uint64_t most) {
        return 1 + static_cast<std::int64_t>(rng.below(most));
    };
    space::Network network{{6 + side(6), 6 + side(6), 3}, {}};
    const std::int64_t channels = side(9);
    space::Value value = network.add("stem", space::Conv2d{channels, 3, true}, {0});
    value = network.add("stem.relu", space::Relu{}, {value});
    const std::int64_t blocks = side(3);
    for (std::int64_t i = 0; i < blocks; ++i) {
        const std::string name = "block" + std::to_string(i);
        const space::Value shortcut = value;
        value = network.add(name + ".pad", space::Pad{1, 1, 1, 1}, {value});
        value = network.add(
            name + ".depth",
            space::DepthwiseConv2d::of(1, {3, 3, 1, 1, space::Padding::kValid}, false), {value});
        value = network.add(name + ".bn", space::BatchNorm{}, {value});
        value = network.add(name + ".point", space::Conv2d{channels, 1, true}, {value});
        value = network.add(name + ".add", space::Add{}, {value, shortcut});
        if (rng.below(2) == 0) {
            value = network.add(name + ".relu", space::Relu{}, {value});
        }
    }
    const space::Window window{side(3), side(3), side(2), side(2),
                               rng.below(2) == 0 ? space::Padding::kSame : space::Padding::kValid};
    value = network.add("pool", space::AveragePool2d::of(window), {value});
    value = network.add("flat", space::Reshape{1, 1, network.output().elements()}, {value});
    network.add("classifier", space::Dense{4}, {value});
    return network;
}

}  // namespace

TEST_CASE("residual networks are the real arithmetic, with vectors and without") {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const space::TrainedNetwork trained = test::random_trained(random_graph(rng), rng);
        const FloatNetwork folded = float_network(trained);
        const test::Images image = test::random_images(trained.network.input, 1, 4, rng);
        FloatInterpreter interpreter(folded);
        simd::FloatInterpreter vectors(folded);
        const std::vector<double> expected = test::reference_logits(trained, image.pixels.data());
        const std::vector<float>& scores = interpreter.run(image.pixels.data());
        CHECK(vectors.run(image.pixels.data()) == scores);
        for (std::size_t i = 0; i < expected.size(); ++i) {
            REQUIRE(static_cast<double>(scores[i]) ==
                    Approx(expected[i]).epsilon(1e-4).margin(1e-4));
        }
    }
}

TEST_CASE("a residual network is calibrated and rounded, for any number of threads alike") {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const space::TrainedNetwork trained = test::random_trained(random_graph(rng), rng);
        const FloatNetwork folded = float_network(trained);
        const test::Images images = test::random_images(trained.network.input, 24, 4, rng);
        CalibrateOptions options;
        options.methods = parse_calibration(seed % 2 == 0 ? "score" : "auto");
        const Calibration one = calibrate(folded, images.view(), images.rows(), options);
        options.threads = 3;
        const Calibration three = calibrate(folded, images.view(), images.rows(), options);
        for (std::size_t i = 0; i < one.ranges.size(); ++i) {
            CHECK(one.ranges[i].low == three.ranges[i].low);
            CHECK(one.ranges[i].high == three.ranges[i].high);
        }
        const Int8Network quantized = quantize(trained, one.ranges);
        Int8Interpreter rounded(quantized);
        simd::Int8Interpreter vectors(quantized);
        FloatInterpreter exact(folded);
        Power total;
        for (std::int64_t i = 0; i < images.view().count; ++i) {
            const auto& bytes = rounded.run(images.view().image(i));
            CHECK(vectors.run(images.view().image(i)) == bytes);
            total += power(exact.run(images.view().image(i)), bytes, quantized.output());
        }
        CHECK(sqnr_db(total) > 12.0);
    }
}

TEST_CASE("a ceiling holds in float and in int8") {
    Rng rng(5);
    space::Network network{{5, 5, 1}, {}};
    network.add("conv", space::Conv2d{4, 3, true}).add("relu", space::Relu{});
    const space::TrainedNetwork trained = test::random_trained(network, rng);
    FloatNetwork folded = float_network(trained);
    const test::Images images = test::random_images(network.input, 8, 4, rng);
    folded.ceilings["conv"] = 0.25F;
    FloatInterpreter exact(folded);
    simd::FloatInterpreter vectors(folded);
    const std::vector<float> map = exact.run(images.pixels.data());
    CHECK(vectors.run(images.pixels.data()) == map);
    CHECK(*std::max_element(map.begin(), map.end()) == 0.25F);
    // Ranges wider than the ceiling: the byte that stands for it is the largest.
    const Int8Network quantized = quantize(folded, {Range{0.0F, 1.0F}});
    CHECK(quantized.constants[0].clamp_max == steps_of(0.25F, quantized.output()));
    Int8Interpreter rounded(quantized);
    const auto& bytes = rounded.run(images.pixels.data());
    CHECK(*std::max_element(bytes.begin(), bytes.end()) == -64);
}
