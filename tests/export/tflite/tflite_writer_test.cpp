// Structure of the .tflite files, without the programs that read them (.ci/peers.d/litert).
#include "export/tflite/tflite_writer.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <map>

#include "export/float_network.hpp"
#include "export/int8/interpreter.hpp"
#include "export/tflite/reader/reader.hpp"
#include "space/errors.hpp"
#include "tests/export/random_network.hpp"
#include "tests/export/tflite/tflite_model.hpp"

using namespace nanonas;
using namespace nanonas::exporting;
using namespace nanonas::testing;
using Catch::Matchers::Contains;
using tflite::BuiltinOperator;
using tflite::TensorType;

TEST_CASE(
    "every form of random networks is a sound FlatBuffer with nothing unused, twice the same") {
    for (std::uint64_t seed = 0; seed < 25; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const TfliteModel model(test::random_cells(rng), seed);
        for (const Io io : TfliteWriter().io_types()) {
            INFO(to_string(io));
            require_clean(model.bytes(io));
            REQUIRE(model.bytes(io) == model.bytes(io));
        }
        for (const Precision precision : TfliteWriter().precisions()) {
            INFO(to_string(precision));
            require_clean(model.bytes(precision));
            REQUIRE(model.bytes(precision) == model.bytes(precision));
        }
    }
}

TEST_CASE(
    "the int8 graph is convolutions, pools, average and dense layer, and the oracle's integers") {
    const TfliteModel model(cells({13, 10, 3}, {4, 2}));
    const std::string bytes = model.bytes();
    const std::vector<BuiltinOperator> expected = {
        BuiltinOperator::CONV_2D,         BuiltinOperator::MAX_POOL_2D,
        BuiltinOperator::CONV_2D,         BuiltinOperator::MAX_POOL_2D,
        BuiltinOperator::CONV_2D,         BuiltinOperator::AVERAGE_POOL_2D,
        BuiltinOperator::FULLY_CONNECTED,
    };
    CHECK(operators_of(bytes) == expected);
    const std::map<BuiltinOperator, int> versions = {{BuiltinOperator::CONV_2D, 3},
                                                     {BuiltinOperator::MAX_POOL_2D, 2},
                                                     {BuiltinOperator::AVERAGE_POOL_2D, 2},
                                                     {BuiltinOperator::FULLY_CONNECTED, 4}};
    for (const tflite::OperatorCode* code : *model_of(bytes)->operator_codes()) {
        CHECK(code->version() == versions.at(code->builtin_code()));
    }
    for (const Int8Layer& seen : test::linear_layers(model.quantized)) {
        const Int8Constants* const linear = &seen.constants;
        const std::string& name = seen.node.name;
        INFO(name);
        const auto* weights = data_of(bytes, name + ".weight");
        REQUIRE(weights->size() == linear->weights.size());
        CHECK(std::memcmp(weights->data(), linear->weights.data(), weights->size()) == 0);
        const auto* bias = data_of(bytes, name + ".bias");
        REQUIRE(bias->size() == 4 * linear->bias.size());
        CHECK(std::memcmp(bias->data(), linear->bias.data(), bias->size()) == 0);

        const auto* tensor = tensor_named(bytes, name + ".weight");
        CHECK(tensor->type() == TensorType::INT8);
        CHECK(tensor->quantization()->quantized_dimension() == 0);
        const auto* scales = tensor->quantization()->scale();
        const auto* zeros = tensor->quantization()->zero_point();
        REQUIRE(scales->size() == (seen.dense() ? 1 : linear->weight_scales.size()));
        REQUIRE(zeros->size() == scales->size());
        const auto* bias_scales = tensor_named(bytes, name + ".bias")->quantization()->scale();
        REQUIRE(bias_scales->size() == scales->size());
        for (std::uint32_t i = 0; i < scales->size(); ++i) {
            CHECK(scales->Get(i) == linear->weight_scales[i]);
            CHECK(zeros->Get(i) == 0);
            CHECK(bias_scales->Get(i) == seen.in.scale * linear->weight_scales[i]);
        }
        const auto* out = tensor_named(bytes, name)->quantization();
        CHECK(out->scale()->Get(0) == seen.out.scale);
        CHECK(out->zero_point()->Get(0) == seen.out.zero_point);
    }
    const auto* conv = graph_of(bytes)->operators()->Get(0)->builtin_options_as_Conv2DOptions();
    CHECK(conv->padding() == tflite::Padding::SAME);
    CHECK(conv->fused_activation_function() == tflite::ActivationFunctionType::RELU);
    const auto* average = graph_of(bytes)->operators()->Get(5)->builtin_options_as_Pool2DOptions();
    CHECK(average->filter_height() == 3);
    CHECK(average->filter_width() == 2);
    const auto* output = graph_of(bytes)->tensors()->Get(
        static_cast<std::uint32_t>(graph_of(bytes)->outputs()->Get(0)));
    CHECK(std::vector<int>(output->shape()->begin(), output->shape()->end()) ==
          std::vector<int>{1, 3});
}

TEST_CASE("windows and depthwise convolutions are read back as they were written") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const TfliteModel model(random_windows(rng, true), seed);
        for (const Precision precision : TfliteWriter().precisions()) {
            INFO(to_string(precision));
            require_clean(model.bytes(precision));
        }
        const Int8Network back = parse_tflite(model.bytes(), "x.tflite").network;
        REQUIRE(back.constants.size() <= model.quantized.constants.size());
        const RandomImages images(model.quantized.network.input, 4, rng);
        Int8Interpreter written(model.quantized), read(back);
        for (std::int64_t image = 0; image < 4; ++image) {
            const std::uint8_t* pixels = images.view().image(image);
            CHECK(written.run(pixels) == read.run(pixels));
        }
        for (std::size_t i = 0; i < back.constants.size(); ++i) {
            const space::Node& node = back.network.nodes[i];
            if (is_linear(node.op) && !std::holds_alternative<space::Dense>(node.op)) {
                CHECK(same_op(node.op, model.quantized.network.nodes[i].op));
            }
        }
    }
}

TEST_CASE("the average of one pixel is left out") {
    const TfliteModel model(cells({8, 8, 1}, {2, 3}));
    for (const Precision precision : TfliteWriter().precisions()) {
        const auto kinds = operators_of(model.bytes(precision));
        CHECK(std::count(kinds.begin(), kinds.end(), BuiltinOperator::AVERAGE_POOL_2D) == 0);
    }
}

TEST_CASE("uint8 and float ends convert around the same integers") {
    const TfliteModel model(cells({9, 9, 1}, {2, 1}));
    const std::string plain = model.bytes();
    for (const Io io : {Io::kUint8, Io::kFloat}) {
        const std::string bytes = model.bytes(io);
        const auto kinds = operators_of(bytes);
        REQUIRE(kinds.size() == operators_of(plain).size() + 2);
        CHECK(kinds.front() == BuiltinOperator::QUANTIZE);
        CHECK(kinds.back() ==
              (io == Io::kUint8 ? BuiltinOperator::QUANTIZE : BuiltinOperator::DEQUANTIZE));
        const auto type = io == Io::kUint8 ? TensorType::UINT8 : TensorType::FLOAT32;
        CHECK(tensor_named(bytes, "input")->type() == type);
        CHECK(tensor_named(bytes, "scores")->type() == type);
    }
    const std::string pixels = model.bytes(Io::kUint8);
    const auto* input = tensor_named(pixels, "input")->quantization();
    CHECK(input->scale()->Get(0) == model.trained.preprocess.scale);
    CHECK(input->zero_point()->Get(0) == model.trained.preprocess.mean);
}

TEST_CASE("structure is less than weights and quantization of a published network's file") {
    // The published (3,3) network's file is 10,920 bytes, 1,853 of them weights and biases.
    const TfliteModel model(cells({50, 50, 3}, {3, 3}, 2));
    CHECK(model.bytes().size() < 6000);
}

TEST_CASE("what a .tflite cannot hold is refused in one line") {
    TfliteModel model(cells({9, 9, 1}, {2, 1}));
    WriteOptions options;
    options.precision = Precision::kFloat32;
    options.io = Io::kUint8;
    CHECK_THROWS_WITH(model.bytes(options), Contains("--io uint8 needs --precision int8"));
    options.io = {};
    CHECK_THROWS_WITH(tflite_model({nullptr, &model.quantized, {}}, options),
                      Contains("needs the float network"));
    CHECK_THROWS_WITH(tflite_model({&model.trained, nullptr, {}}, {}),
                      Contains("needs an int8 network"));
    Int8Constants& stem = model.quantized.constants.front();
    stem.clamp_max = 5;
    CHECK_THROWS_WITH(model.bytes(), Contains("'stem.conv': its clamp is no ReLU"));
    stem.clamp_max = 127;
    model.quantized.labels.front() = "two\nlines";
    CHECK_THROWS_WITH(model.bytes(), Contains("of several lines"));
    model.trained.weights.at("classifier.weight").values.front() = 1e6F;
    options.precision = Precision::kFloat16;
    CHECK_THROWS_WITH(model.bytes(options), Contains("'classifier'") && Contains("beyond float16"));
}
