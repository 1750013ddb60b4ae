// Writes models and what they must answer, for .ci/peers.d/litert: make_networks FOLDER [MODEL].
// MODEL: a model.safetensors of a run on Fashion-MNIST, which becomes the network "trained".
//
// FOLDER/networks.json   [{name, height, width, channels, images, mean, scale, ...}]
// FOLDER/NAME.pixels     raw uint8 [images][height][width][channels]
// FOLDER/NAME.scores     the oracle's int8 [images][classes]
// FOLDER/NAME.twice      the same with two roundings in the dense layer, as TFLite Micro computes
// FOLDER/NAME.logits     FloatInterpreter's float32 [images][classes]
// FOLDER/NAME.halves     the same with weights and biases rounded to float16
// FOLDER/NAME.tflite and NAME-{uint8,float}.tflite: int8 with the three kinds of input and output
// FOLDER/NAME-{float32,float16,dynamic}.tflite
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>

#include "apps/pipeline/stored_model.hpp"
#include "export/format.hpp"
#include "export/int8/multiplier.hpp"
#include "export/int8/quantize.hpp"
#include "space/files.hpp"
#include "tests/export/support.hpp"
#include "tests/peers/answers.hpp"
#include "train/data/dataset.hpp"

namespace nanonas {

namespace {

constexpr std::int64_t kImages = 1000;
constexpr std::int64_t kCalibration = 64;

struct Case {
    const char* name;
    space::Shape input;
    std::int64_t classes;
    space::Candidate candidate;
    float divisor = 0.0F;  ///< not 0: the classifier's factor is one over it
};

// Published sizes, then what a writer may get wrong: odd maps, no cell, a 1 x 1 map before the
// average, one channel, many classes; ties in the classifier, of a power of two and such that only
// the product of doubles says where they go.
const Case kCases[] = {
    {"k3c3", {50, 50, 3}, 2, {3, 3}},           {"k5c4", {50, 50, 3}, 2, {5, 4}},
    {"k7c4", {50, 50, 3}, 2, {7, 4}},           {"k14c4", {32, 32, 3}, 10, {14, 4}},
    {"k12c4", {28, 28, 1}, 10, {12, 4}},        {"odd", {37, 23, 1}, 3, {4, 3}},
    {"nocell", {17, 9, 3}, 5, {6, 0}},          {"deepest", {20, 33, 1}, 4, {3, 4}},
    {"onepixel", {16, 16, 3}, 3, {3, 4}},       {"onekernel", {13, 11, 1}, 2, {1, 1}},
    {"classes100", {24, 24, 3}, 100, {8, 2}},   {"ties256", {20, 20, 3}, 10, {6, 3}, 256.0F},
    {"ties98", {20, 20, 1}, 10, {6, 3}, 98.0F},
};

/// Images that differ in brightness, contrast, slope and noise, so that the logits do.
test::Images varied_images(const space::Shape& shape, Rng& rng) {
    test::Images images{shape, {}, std::vector<std::int32_t>(kImages, 0)};
    for (std::int64_t i = 0; i < kImages; ++i) {
        const double noise = rng.uniform(0.0, 80.0);
        std::vector<double> base, down, across;
        for (std::int64_t channel = 0; channel < shape.channels; ++channel) {
            base.push_back(rng.uniform(-40.0, 255.0));
            down.push_back(rng.uniform(-200.0, 200.0));
            across.push_back(rng.uniform(-200.0, 200.0));
        }
        for (std::int64_t y = 0; y < shape.height; ++y) {
            for (std::int64_t x = 0; x < shape.width; ++x) {
                for (std::size_t channel = 0; channel < base.size(); ++channel) {
                    const double value =
                        base[channel] +
                        down[channel] * static_cast<double>(y) / static_cast<double>(shape.height) +
                        across[channel] * static_cast<double>(x) /
                            static_cast<double>(shape.width) +
                        rng.uniform(-noise, noise);
                    images.pixels.push_back(
                        static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)));
                }
            }
        }
    }
    return images;
}

/// The nearest number of float16, ties to even.
float half_of(float value) {
    int exponent = 0;
    std::frexp(value, &exponent);
    const int step = std::max(exponent - 11, -24);
    return std::ldexp(std::nearbyint(std::ldexp(value, -step)), step);
}

exporting::FloatNetwork in_halves(exporting::FloatNetwork network) {
    for (auto& named : network.weights) {
        std::vector<float>& values = named.second.values;
        std::transform(values.begin(), values.end(), values.begin(), half_of);
    }
    return network;
}

/// Writes all files of one network; returns its entry in networks.json.
nlohmann::json write_case(const std::string& name, const space::TrainedNetwork& trained,
                          const exporting::Int8Network& quantized, space::ImageView images,
                          const std::string& folder) {
    images.count = kImages;
    const exporting::FloatNetwork folded = exporting::float_network(trained);
    const std::string stem = folder + "/" + name;
    write_file(stem + ".pixels", peers::pixels_of(images));
    write_file(stem + ".scores", peers::scores_of(quantized, images));
    write_file(stem + ".twice", peers::scores_of(exporting::rounded_twice(quantized), images));
    write_file(stem + ".logits", peers::logits_of(folded, images));
    write_file(stem + ".halves", peers::logits_of(in_halves(folded), images));

    const auto writer = exporting::make_writer("tflite");
    const auto write = [&](const std::string& suffix, const exporting::WriteOptions& options) {
        write_file(stem + suffix + ".tflite",
                   writer->render({&trained, &quantized, {}}, options).front().bytes);
    };
    exporting::WriteOptions options;
    for (const exporting::Io io : writer->io_types()) {
        options.io = io;
        write(io == exporting::Io::kInt8 ? "" : "-" + to_string(io), options);
    }
    options.io = {};
    for (const exporting::Precision precision : writer->precisions()) {
        options.precision = precision;
        if (precision != exporting::Precision::kInt8) {
            write("-" + to_string(precision), options);
        }
    }
    std::size_t weight_bytes = 0;
    std::int64_t pools = 0;
    bool average = false;
    for (const space::Node& node : folded.network.nodes) {
        if (exporting::is_linear(node.op)) {
            const exporting::FloatLinear linear = linear_of(folded, node);
            weight_bytes += linear.weights.size() + 4 * linear.bias.size();
        } else if (std::holds_alternative<space::MaxPool2d>(node.op)) {
            ++pools;
        } else {
            average = node.input.height * node.input.width > 1;
        }
    }
    const space::Shape& input = trained.network.input;
    return {{"name", name},
            {"height", input.height},
            {"width", input.width},
            {"channels", input.channels},
            {"images", kImages},
            {"pools", pools},
            {"average", average},
            {"mean", trained.preprocess.mean},
            {"scale", trained.preprocess.scale},
            {"labels", trained.labels},
            {"output_scale", quantized.output().scale},
            {"output_zero_point", quantized.output().zero_point},
            {"weight_bytes", weight_bytes}};
}

/// The same integers with scales of powers of two at either end of the classifier, but for the
/// divisor of its factor.
exporting::Int8Network with_ties(exporting::Int8Network network, float divisor) {
    const std::size_t last = network.constants.size() - 1;  // the classifier, behind pools
    const float in = std::exp2(std::round(std::log2(network.values[last].scale)));
    for (std::size_t value = last; value > 0; --value) {
        network.values[value].scale = in;
        if (exporting::is_linear(network.network.nodes[value - 1].op)) {
            break;
        }
    }
    network.values.back().scale = in * divisor;
    std::vector<float>& scales = network.constants.back().weight_scales;
    scales.assign(scales.size(), 1.0F);
    for (std::size_t i = 0; i < network.constants.size(); ++i) {
        const exporting::Int8Layer layer = layer_of(network, i);
        std::vector<exporting::FixedMultiplier>& multipliers = network.constants[i].multipliers;
        for (std::size_t out = 0; out < multipliers.size(); ++out) {
            multipliers[out] = exporting::fixed_multiplier(
                exporting::scale_ratio(layer.in.scale, layer.constants.weight_scales[out],
                                       layer.out.scale, layer.dense()));
        }
    }
    return network;
}

nlohmann::json random_case(const Case& one, const std::string& folder, std::uint64_t seed) {
    Rng rng(seed);
    const space::CellSpace cells{one.input, one.classes, 0.5};
    const space::TrainedNetwork trained = test::random_trained(cells.build(one.candidate), rng);
    const test::Images images = varied_images(one.input, rng);
    std::vector<std::int64_t> rows = images.rows();
    rows.resize(kCalibration);
    const auto quantized = exporting::quantize(trained, images.view(), rows, {});
    return write_case(one.name, trained,
                      one.divisor > 0.0F ? with_ties(quantized, one.divisor) : quantized,
                      images.view(), folder);
}

/// A model of the program's own on Fashion-MNIST's test images.
nlohmann::json trained_case(const std::string& file, const std::string& folder) {
    const pipeline::StoredModel stored = pipeline::read_stored_model(file);
    const auto test = train::load_test("", "", {}, stored.trained.labels);
    return write_case("trained", stored.trained, stored.quantized(file), test->set.store->view(),
                      folder);
}

}  // namespace

}  // namespace nanonas

int main(int argc, char** argv) {
    if (argc != 2 && argc != 3) {
        std::fprintf(stderr, "usage: make_networks FOLDER [model.safetensors]\n");
        return 2;
    }
    try {
        const std::string folder = argv[1];
        nlohmann::json list = nlohmann::json::array();
        std::uint64_t seed = 1;
        for (const nanonas::Case& one : nanonas::kCases) {
            list.push_back(nanonas::random_case(one, folder, seed++));
        }
        if (argc == 3) {
            list.push_back(nanonas::trained_case(argv[2], folder));
        }
        nanonas::write_file(folder + "/networks.json", list.dump(1) + "\n");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "make_networks: %s\n", error.what());
        return 1;
    }
    return 0;
}
