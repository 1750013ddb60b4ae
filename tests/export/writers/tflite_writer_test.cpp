// Structure of the .tflite files, without the programs that read them (.ci/peers.d/litert).
#include <catch2/catch.hpp>
#include <cstring>
#include <map>
#include <set>

#include "export/quantize/quantize.hpp"
#include "export/tflite/metadata_generated.h"
#include "export/tflite/schema_generated.h"
#include "export/writers/tflite_float.hpp"
#include "export/writers/tflite_writer.hpp"
#include "space/errors.hpp"
#include "tests/export/support.hpp"

using namespace nanonas;
using namespace nanonas::exporting;
using Catch::Matchers::Contains;
using tflite::BuiltinOperator;
using tflite::TensorType;

namespace {

struct Model {
    explicit Model(const space::Network& network, std::uint64_t seed = 7) {
        Rng rng(seed);
        trained = test::random_trained(network, rng);
        const test::Images images = test::random_images(network.input, 8, network.classes(), rng);
        quantized = quantize(trained, images.view(), images.rows(), {});
    }

    std::string bytes(WriteOptions options = {}, TfliteExtras extras = {}) const {
        return tflite_model({&trained, &quantized, {}}, options, extras);
    }
    std::string bytes(Io io) const {
        WriteOptions options;
        options.io = io;
        return bytes(options);
    }
    std::string bytes(Precision precision) const {
        WriteOptions options;
        options.precision = precision;
        return bytes(options);
    }

    space::TrainedNetwork trained;
    QuantizedNetwork quantized;
};

space::Network cells(const space::Shape& input, const space::Candidate& candidate,
                     std::int64_t classes = 3) {
    return space::CellSpace{input, classes, 0.5}.build(candidate);
}

const tflite::Model* model_of(const std::string& bytes) {
    return tflite::GetModel(bytes.data());
}

const tflite::SubGraph* graph_of(const std::string& bytes) {
    return model_of(bytes)->subgraphs()->Get(0);
}

std::vector<BuiltinOperator> operators_of(const std::string& bytes) {
    std::vector<BuiltinOperator> kinds;
    for (const tflite::Operator* node : *graph_of(bytes)->operators()) {
        kinds.push_back(
            model_of(bytes)->operator_codes()->Get(node->opcode_index())->builtin_code());
    }
    return kinds;
}

const tflite::Tensor* tensor_named(const std::string& bytes, const std::string& name) {
    for (const tflite::Tensor* tensor : *graph_of(bytes)->tensors()) {
        if (tensor->name()->str() == name) {
            return tensor;
        }
    }
    FAIL("no tensor " << name);
    return nullptr;
}

const flatbuffers::Vector<std::uint8_t>* data_of(const std::string& bytes,
                                                 const std::string& name) {
    return model_of(bytes)->buffers()->Get(tensor_named(bytes, name)->buffer())->data();
}

/// What holds for every model, whatever its network.
void require_clean(const std::string& bytes) {
    flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                   bytes.size());
    REQUIRE(tflite::VerifyModelBuffer(verifier));
    const tflite::Model* model = model_of(bytes);
    REQUIRE(model->version() == 3);

    std::set<std::pair<BuiltinOperator, int>> codes;
    for (const tflite::OperatorCode* code : *model->operator_codes()) {
        REQUIRE(codes.emplace(code->builtin_code(), code->version()).second);
        REQUIRE(code->deprecated_builtin_code() == static_cast<int>(code->builtin_code()));
    }
    const tflite::SubGraph* graph = graph_of(bytes);
    std::set<std::uint32_t> used_codes;
    std::set<std::int32_t> written = {graph->inputs()->Get(0)};
    std::set<std::int32_t> read = {graph->outputs()->Get(0)};
    for (const tflite::Operator* node : *graph->operators()) {
        used_codes.insert(node->opcode_index());
        for (const std::int32_t input : *node->inputs()) {
            const bool constant =
                graph->tensors()->Get(static_cast<std::uint32_t>(input))->buffer() != 0;
            REQUIRE((constant || written.count(input) == 1));
            read.insert(input);
        }
        REQUIRE(written.insert(node->outputs()->Get(0)).second);
    }
    REQUIRE(used_codes.size() == codes.size());

    std::set<std::string> names;
    std::set<std::uint32_t> buffers = {0};
    for (std::uint32_t i = 0; i < graph->tensors()->size(); ++i) {
        const tflite::Tensor* tensor = graph->tensors()->Get(i);
        REQUIRE(names.insert(tensor->name()->str()).second);
        REQUIRE(read.count(static_cast<std::int32_t>(i)) == 1);
        if (tensor->buffer() != 0) {
            REQUIRE(buffers.insert(tensor->buffer()).second);
        }
    }
    for (const tflite::Metadata* entry : *model->metadata()) {
        REQUIRE(buffers.insert(entry->buffer()).second);
    }
    REQUIRE(buffers.size() == model->buffers()->size());
    for (std::uint32_t i = 0; i < model->buffers()->size(); ++i) {
        const auto* data = model->buffers()->Get(i)->data();
        REQUIRE((data == nullptr) == (i == 0));
        if (data != nullptr) {
            const auto offset = reinterpret_cast<const char*>(data->data()) - bytes.data();
            REQUIRE(offset % 16 == 0);
        }
    }
}

}  // namespace

TEST_CASE(
    "every form of random networks is a sound FlatBuffer with nothing unused, twice the same") {
    for (std::uint64_t seed = 0; seed < 25; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const Model model(test::random_cells(rng), seed);
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
    const Model model(cells({13, 10, 3}, {4, 2}));
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
    for (const QuantizedLayer& layer : model.quantized.layers) {
        const auto* linear = std::get_if<QuantizedLinear>(&layer);
        if (linear == nullptr) {
            continue;
        }
        INFO(linear->name);
        const auto* weights = data_of(bytes, linear->name + ".weight");
        REQUIRE(weights->size() == linear->weights.size());
        CHECK(std::memcmp(weights->data(), linear->weights.data(), weights->size()) == 0);
        const auto* bias = data_of(bytes, linear->name + ".bias");
        REQUIRE(bias->size() == 4 * linear->bias.size());
        CHECK(std::memcmp(bias->data(), linear->bias.data(), bias->size()) == 0);

        const auto* tensor = tensor_named(bytes, linear->name + ".weight");
        CHECK(tensor->type() == TensorType::INT8);
        CHECK(tensor->quantization()->quantized_dimension() == 0);
        const auto* scales = tensor->quantization()->scale();
        const auto* zeros = tensor->quantization()->zero_point();
        REQUIRE(scales->size() == (linear->dense ? 1 : linear->weight_scales.size()));
        REQUIRE(zeros->size() == scales->size());
        const auto* bias_scales =
            tensor_named(bytes, linear->name + ".bias")->quantization()->scale();
        REQUIRE(bias_scales->size() == scales->size());
        for (std::uint32_t i = 0; i < scales->size(); ++i) {
            CHECK(scales->Get(i) == linear->weight_scales[i]);
            CHECK(zeros->Get(i) == 0);
            CHECK(bias_scales->Get(i) == linear->in.scale * linear->weight_scales[i]);
        }
        const auto* out = tensor_named(bytes, linear->name)->quantization();
        CHECK(out->scale()->Get(0) == linear->out.scale);
        CHECK(out->zero_point()->Get(0) == linear->out.zero_point);
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

TEST_CASE("the average of one pixel is left out") {
    const Model model(cells({8, 8, 1}, {2, 3}));
    for (const Precision precision : TfliteWriter().precisions()) {
        const auto kinds = operators_of(model.bytes(precision));
        CHECK(std::count(kinds.begin(), kinds.end(), BuiltinOperator::AVERAGE_POOL_2D) == 0);
    }
}

TEST_CASE("uint8 and float ends convert around the same integers") {
    const Model model(cells({9, 9, 1}, {2, 1}));
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

TEST_CASE("float forms hold the folded weights: as they are, as halves, as int8") {
    const Model model(cells({9, 9, 1}, {3, 1}));
    const FoldedNetwork folded = fold(model.trained);
    const auto& stem = std::get<FoldedLinear>(folded.layers.front());
    const std::string full = model.bytes(Precision::kFloat32);
    const auto* weights = data_of(full, "stem.conv.weight");
    REQUIRE(weights->size() == 4 * stem.weights.size());
    CHECK(std::memcmp(weights->data(), stem.weights.data(), weights->size()) == 0);

    const std::string half = model.bytes(Precision::kFloat16);
    CHECK(operators_of(half).front() == BuiltinOperator::DEQUANTIZE);
    const auto* halves = data_of(half, "stem.conv.weight.float16");
    REQUIRE(halves->size() == 2 * stem.weights.size());
    CHECK(halves->Get(0) + 256 * halves->Get(1) == half_bits(stem.weights.front()));

    const std::string dynamic = model.bytes(Precision::kDynamic);
    const auto* rounded = data_of(dynamic, "stem.conv.weight");
    const auto* scales = tensor_named(dynamic, "stem.conv.weight")->quantization()->scale();
    REQUIRE(rounded->size() == stem.weights.size());
    REQUIRE(scales->size() == stem.bias.size());
    for (std::uint32_t i = 0; i < rounded->size(); ++i) {
        const float scale = scales->Get(i / 9);
        const float value = static_cast<float>(static_cast<std::int8_t>(rounded->Get(i))) * scale;
        CHECK(std::abs(value - stem.weights[i]) <= 0.5001F * scale);
    }
    CHECK(tensor_named(dynamic, "classifier.weight")->quantization()->scale()->size() == 1);
    CHECK(tensor_named(dynamic, "stem.conv")->type() == TensorType::FLOAT32);
}

TEST_CASE("half precision: nearest, halves to even, denormal and infinite numbers") {
    const std::pair<float, int> cases[] = {
        {0.0F, 0x0000},
        {-0.0F, 0x8000},
        {1.0F, 0x3C00},
        {-2.0F, 0xC000},
        {65504.0F, 0x7BFF},
        {65520.0F, 0x7C00},
        {65519.0F, 0x7BFF},
        {1e30F, 0x7C00},
        {0x1p-14F, 0x0400},
        {0x1p-24F, 0x0001},
        {0x1p-25F, 0x0000},
        {0x1.8p-25F, 0x0001},
        {0x1.8p-24F, 0x0002},
        {0x1.ffcp-15F, 0x0400},
        {1.0F + 0x1p-11F, 0x3C00},
        {1.0F + 0x3p-11F, 0x3C02},
        {1.0F + 0x1.8p-11F, 0x3C01},
    };
    for (const auto& [value, bits] : cases) {
        INFO(value);
        CHECK(half_bits(value) == bits);
    }
}

TEST_CASE("metadata tells normalization, labels and the runtime; the labels are a zip behind it") {
    Model model(cells({9, 9, 3}, {2, 1}));
    model.quantized.labels = {"cat", "dog", "Käfer"};
    const std::string bytes = model.bytes();
    std::map<std::string, std::string> entries;
    for (const tflite::Metadata* entry : *model_of(bytes)->metadata()) {
        const auto* data = model_of(bytes)->buffers()->Get(entry->buffer())->data();
        entries[entry->name()->str()].assign(data->begin(), data->end());
    }
    CHECK(entries.at("min_runtime_version") == std::string("1.14.0\0\0\0\0\0\0\0\0\0\0", 16));
    const std::string& raw = entries.at("TFLITE_METADATA");
    flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size());
    REQUIRE(tflite::metadata::VerifyModelMetadataBuffer(verifier));
    const auto* graph = tflite::metadata::GetModelMetadata(raw.data())->subgraph_metadata()->Get(0);
    const auto* image = graph->input_tensor_metadata()->Get(0);
    const auto* normalization = image->process_units()->Get(0)->options_as_NormalizationOptions();
    CHECK(normalization->mean()->Get(0) == static_cast<float>(model.trained.preprocess.mean));
    CHECK(normalization->std()->Get(0) == 1.0F / model.trained.preprocess.scale);
    CHECK(image->content()->content_properties_as_ImageProperties()->color_space() ==
          tflite::metadata::ColorSpaceType::RGB);
    const auto* file = graph->output_tensor_metadata()->Get(0)->associated_files()->Get(0);
    CHECK(file->name()->str() == "labels.txt");
    CHECK(file->type() == tflite::metadata::AssociatedFileType::TENSOR_AXIS_LABELS);
    CHECK_THAT(bytes, Contains("labels.txtcat\ndog\nKäfer\n"));

    TfliteExtras bare;
    bare.metadata = false;
    const std::string small = model.bytes({}, bare);
    require_clean(small);
    CHECK(small.find("labels.txt") == std::string::npos);
    CHECK(small.size() < bytes.size());
}

TEST_CASE("structure is less than weights and quantization of a published network's file") {
    // The published (3,3) network's file is 10,920 bytes, 1,853 of them weights and biases.
    const Model model(cells({50, 50, 3}, {3, 3}, 2));
    CHECK(model.bytes().size() < 6000);
}

TEST_CASE("what a .tflite cannot hold is refused in one line") {
    Model model(cells({9, 9, 1}, {2, 1}));
    WriteOptions options;
    options.precision = Precision::kFloat32;
    options.io = Io::kUint8;
    CHECK_THROWS_WITH(model.bytes(options), Contains("io uint8 needs precision int8"));
    options.io = {};
    CHECK_THROWS_WITH(tflite_model({nullptr, &model.quantized, {}}, options),
                      Contains("needs the float network"));
    CHECK_THROWS_WITH(tflite_model({&model.trained, nullptr, {}}, {}),
                      Contains("needs an int8 network"));
    auto& stem = std::get<QuantizedLinear>(model.quantized.layers.front());
    stem.clamp_max = 5;
    CHECK_THROWS_WITH(model.bytes(), Contains("'stem.conv': its clamp is no ReLU"));
    stem.clamp_max = 127;
    model.quantized.labels.front() = "two\nlines";
    CHECK_THROWS_WITH(model.bytes(), Contains("of several lines"));
    model.trained.weights.at("classifier.weight").values.front() = 1e6F;
    options.precision = Precision::kFloat16;
    CHECK_THROWS_WITH(model.bytes(options), Contains("'classifier'") && Contains("beyond float16"));
}
