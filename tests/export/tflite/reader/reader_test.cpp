#include "export/tflite/reader/reader.hpp"

#include <catch2/catch.hpp>

#include "export/int8/interpreter.hpp"
#include "export/simd/int8_interpreter.hpp"
#include "export/tflite/tflite_writer.hpp"
#include "export/tflite/tflm/arena.hpp"
#include "space/errors.hpp"
#include "tests/export/tflite/reader/refusal.hpp"

using namespace nanonas;
using namespace nanonas::exporting;
using namespace nanonas::test;
using tflite::ActivationFunctionType;
using tflite::BuiltinOperator;
using tflite::Padding;
using tflite::TensorType;

namespace {

/// Changes one thing of the whole model.
template <typename Change>
std::string refusal_of(const Change& change) {
    ModelSpec model = whole_model();
    change(model);
    return refusal(model);
}

}  // namespace

TEST_CASE("a chain of all operators becomes layers and their source") {
    const ImportedModel model = parse_tflite(whole_model().bytes(), "x.tflite");
    std::string layers;
    for (std::size_t i = 0; i < model.network.constants.size(); ++i) {
        layers += kind_name(layer_of(model.network, i)) + ", ";
    }
    CHECK(layers ==
          "multiplication by constants, addition of constants, convolution, max pool, requantizing "
          "mean, dense layer, softmax, ");
    std::string source;
    for (const space::Node& layer : model.network.network.nodes) {
        source +=
            layer.name + " " + space::op_name(layer.op) + " " + to_string(layer.output) + ", ";
    }
    CHECK(source ==
          "mul ChannelMul 4x4x3, add ChannelAdd 4x4x3, conv Conv2d 4x4x2, pool MaxPool2d 2x2x2, "
          "mean GlobalAveragePool 1x1x2, dense Dense 1x1x2, softmax Softmax 1x1x2, ");
    CHECK(space::macc(model.network.network) == 4 * 4 * 2 * 27 + 4);
    CHECK(model.input_type == "int8");
    CHECK(model.output_type == "int8");
    CHECK(model.network.input() == QuantParams{1.0F, -128});
    CHECK(model.network.preprocess.mean == 0);
    CHECK(model.network.output() == QuantParams{1.0F / 256.0F, -128});
    CHECK(model.network.labels.empty());
}

TEST_CASE("a ReLU fused into a pool is the convolution's, or changes nothing behind one") {
    const auto read = [](ActivationFunctionType conv, ActivationFunctionType pool) {
        ModelSpec model = whole_model();
        for (const char* name : {"conv", "pool"}) {
            model.tensor(name).zeros = {-100};
        }
        model.op(BuiltinOperator::CONV_2D).options = conv_options(1, Padding::SAME, conv);
        model.op(BuiltinOperator::MAX_POOL_2D).options = [pool](auto& builder) {
            return std::pair(
                tflite::BuiltinOptions::Pool2DOptions,
                tflite::CreatePool2DOptions(builder, Padding::VALID, 2, 2, 2, 2, pool).Union());
        };
        return parse_tflite(model.bytes(), "x.tflite").network;
    };
    constexpr auto kNone = ActivationFunctionType::NONE, kRelu = ActivationFunctionType::RELU;
    const Int8Network behind = read(kRelu, kNone);
    for (const Int8Network& network : {read(kNone, kRelu), read(kRelu, kRelu)}) {
        CHECK(network.network == behind.network);
        const Int8Layer conv = layer_of(network, 2);
        CHECK(conv.constants.clamp_min == conv.out.zero_point);
    }
    CHECK(read(kNone, kNone).constants[2].clamp_min == -128);
}

TEST_CASE("a ReLU behind a pool of sums that a ReLU has not bounded is a layer of its own") {
    ModelSpec model = whole_model();
    // Straight behind ADD, which fuses none: the convolution reads what the pool writes.
    model.op(BuiltinOperator::MAX_POOL_2D).inputs = model.op(BuiltinOperator::CONV_2D).inputs;
    model.op(BuiltinOperator::MAX_POOL_2D).inputs.resize(1);
    model.tensor("pool").shape = {1, 2, 2, 3};
    model.tensor("pool").scales = model.tensor("add").scales;
    model.tensor("pool").zeros = model.tensor("add").zeros;
    model.op(BuiltinOperator::CONV_2D).inputs[0] =
        model.op(BuiltinOperator::MAX_POOL_2D).outputs[0];
    model.tensor("conv").shape = {1, 2, 2, 2};
    model.op(BuiltinOperator::MEAN).inputs[0] = model.op(BuiltinOperator::CONV_2D).outputs[0];
    std::swap(model.op(BuiltinOperator::MAX_POOL_2D), model.op(BuiltinOperator::CONV_2D));
    const auto pooled = [](auto& builder) {
        return std::pair(tflite::BuiltinOptions::Pool2DOptions,
                         tflite::CreatePool2DOptions(builder, Padding::VALID, 2, 2, 2, 2,
                                                     ActivationFunctionType::RELU)
                             .Union());
    };
    model.op(BuiltinOperator::MAX_POOL_2D).options = pooled;
    const Int8Network network = parse_tflite(model.bytes(), "x.tflite").network;
    const Int8Layer relu = layer_of(network, 3);
    CHECK(relu.node.name == "pool.relu");
    CHECK(relu.constants.clamp_min == relu.out.zero_point);
    std::vector<std::int8_t> in, out(12);
    for (int value = -6; value < 6; ++value) {
        in.push_back(static_cast<std::int8_t>(relu.in.zero_point + value));
    }
    run_int8_layer(relu, in, out);
    for (std::size_t i = 0; i < in.size(); ++i) {
        CHECK(int{out[i]} == std::max<int>(in[i], relu.out.zero_point));
    }
}

TEST_CASE("a fused ReLU6 whose output ends at 6 or below is a ReLU") {
    ModelSpec model = whole_model();
    model.op(BuiltinOperator::CONV_2D).options =
        conv_options(1, Padding::SAME, ActivationFunctionType::RELU6);
    for (const char* name : {"conv", "pool"}) {
        model.tensor(name).scales = {6.0F / 255.0F};
        model.tensor(name).zeros = {-128};
    }
    const Int8Network network = parse_tflite(model.bytes(), "x.tflite").network;
    CHECK(network.constants[2].clamp_min == -128);
    CHECK(network.constants[2].clamp_max == 127);
    CHECK(space::activation_of(network.network.nodes[2].op) == space::Activation::kRelu);
}

TEST_CASE("a fused ReLU6 whose output goes on above 6 ends there, in the file written, too") {
    ModelSpec model = whole_model();
    model.op(BuiltinOperator::CONV_2D).options =
        conv_options(1, Padding::SAME, ActivationFunctionType::RELU6);
    for (const char* name : {"conv", "pool"}) {
        model.tensor(name).scales = {0.07F};
        model.tensor(name).zeros = {-100};
    }
    Int8Network network = parse_tflite(model.bytes(), "x.tflite").network;
    CHECK(network.constants[2].clamp_min == -100);
    CHECK(network.constants[2].clamp_max == -100 + 86);  // 6 / 0.07 = 85.7
    network.labels = {"a", "b"};
    const std::string bytes = tflite_model({nullptr, &network, {}}, {});
    CHECK(parse_tflite(bytes, "y.tflite").network.constants[2].clamp_max == -14);
    // Alone.
    ModelSpec alone = whole_model();
    alone.op(BuiltinOperator::RESHAPE).options = {};
    alone.op(BuiltinOperator::RESHAPE).code = static_cast<std::int32_t>(BuiltinOperator::RELU6);
    alone.tensor("vector").scales = {0.1F};
    Int8Network with = parse_tflite(alone.bytes(), "x.tflite").network;
    CHECK(with.constants[5].clamp_max == -128 + 60);
    with.labels = {"a", "b"};
    const std::string again = tflite_model({nullptr, &with, {}}, {});
    CHECK(parse_tflite(again, "y.tflite").network.constants[5].clamp_max == -128 + 60);
}

TEST_CASE("the file's own operators are kept for TensorFlow Lite Micro's arena") {
    const ImportedModel model = parse_tflite(whole_model().bytes(), "x.tflite");
    REQUIRE(model.tflm_graph);
    CHECK(model.tflm_obstacle.empty());
    const exporting::tflm::Graph& graph = *model.tflm_graph;
    CHECK(graph.tensors.size() == whole_model().tensors.size());
    std::vector<exporting::tflm::NodeKind> kinds;
    for (const exporting::tflm::Node& node : graph.nodes) {
        kinds.push_back(node.kind);
    }
    using Kind = exporting::tflm::NodeKind;
    CHECK(kinds == std::vector<Kind>{Kind::kMul, Kind::kAdd, Kind::kConvolution, Kind::kMaxPool,
                                     Kind::kMean, Kind::kReshape, Kind::kDense, Kind::kSoftmax});
    // Measured: the smallest arena that PyPI's tflite-micro runs
    // tests/fuzz/corpus/tflite/whole.tflite in.
    using exporting::tflm::Kernels;
    CHECK(arena_of(graph, Kernels::kReference, exporting::tflm::host_structs()).bytes == 3'376);
}

TEST_CASE("a file whose arena is not known is read all the same, and says why") {
    ModelSpec unused = whole_model();
    TensorSpec spare_tensor;
    spare_tensor.shape = {1, 4};
    unused.tensors.push_back(spare_tensor);
    const ImportedModel spare = parse_tflite(unused.bytes(), "x.tflite");
    CHECK_FALSE(spare.tflm_graph);
    CHECK(spare.tflm_obstacle == quoted("tensor 16: used by no operator"));
    ModelSpec mapped = whole_model();
    for (const char* name : {"dense", "softmax"}) {
        mapped.tensor(name).shape = {1, 1, 1, 2};
    }
    const ImportedModel map = parse_tflite(mapped.bytes(), "x.tflite");
    CHECK_FALSE(map.tflm_graph);
    CHECK(map.tflm_obstacle ==
          quoted("operator 6 (FULLY_CONNECTED): writes 4 dimensions, expected [1, classes]"));
}

TEST_CASE("the models answer as LiteRT's reference kernels do") {
    // Recorded with ai-edge-litert 2.3.0 (BUILTIN_REF) from the bytes of the models and the
    // pixels below, image by image; .ci/peers.d/import makes the comparison on real networks.
    const auto answers = [](const ModelSpec& spec) {
        const ImportedModel model = parse_tflite(spec.bytes(), "x.tflite");
        Int8Interpreter interpreter(model.network);
        simd::Int8Interpreter vectors(model.network);
        std::vector<int> scores;
        for (int image = 0; image < 6; ++image) {
            std::vector<std::uint8_t> pixels(
                static_cast<std::size_t>(model.network.network.input.elements()));
            for (std::size_t i = 0; i < pixels.size(); ++i) {
                pixels[i] = static_cast<std::uint8_t>(
                    (i * i * 7 + i * 13 * static_cast<std::size_t>(image)) % 256);
            }
            const std::vector<std::int8_t>& answer = interpreter.run(pixels.data());
            scores.insert(scores.end(), answer.begin(), answer.end());
            CHECK(vectors.run(pixels.data()) == answer);
        }
        return scores;
    };
    CHECK(answers(whole_model()) ==
          std::vector<int>{-126, 126, -124, 124, -126, 126, -126, 126, -122, 122, -124, 124});
    CHECK(answers(graph_model()) == std::vector<int>{-64, 32, 23, -43, 23, 16, -39, 19, -1, -37, 28,
                                                     15, -28, 18, 15, -44, 32, 9});
}

TEST_CASE("uint8 ends are the same network") {
    const ImportedModel plain = parse_tflite(whole_model().bytes(), "x.tflite");
    ModelSpec model = whole_model();
    const auto last = static_cast<std::int32_t>(model.tensors.size());
    model.tensors.push_back({"pixels", {1, 4, 4, 3}, TensorType::UINT8, {1.0F}, {0}, ""});
    model.tensors.push_back({"scores", {1, 2}, TensorType::UINT8, {1.0F / 256.0F}, {0}, ""});
    const auto quantize = static_cast<std::int32_t>(BuiltinOperator::QUANTIZE);
    model.operators.insert(model.operators.begin(), OperatorSpec{quantize, {last}, {0}, {}, ""});
    model.operators.push_back({quantize, {15}, {last + 1}, {}, ""});
    model.inputs = {last};
    model.outputs = {last + 1};
    const ImportedModel ended = parse_tflite(model.bytes(), "x.tflite");
    CHECK(ended.input_type == "uint8");
    CHECK(ended.output_type == "uint8");
    CHECK(ended.network.constants.size() == plain.network.constants.size());
    CHECK(ended.network.input() == plain.network.input());

    SECTION("other parameters are a requantization") {
        model.tensors[static_cast<std::size_t>(last)].scales = {0.5F};
        const ImportedModel other = parse_tflite(model.bytes(), "x.tflite");
        REQUIRE(other.network.constants.size() == plain.network.constants.size() + 1);
        CHECK(kind_name(layer_of(other.network, 0)) == "requantization");
        CHECK(other.network.input() == QuantParams{0.5F, -128});
    }
}

TEST_CASE("what is no TFLite model is refused") {
    CHECK(refusal(std::string()) == quoted("not a TFLite model (no TFL3 identifier)"));
    CHECK(refusal(std::string("TFL3TFL3")) ==
          quoted("not a whole TFLite model (truncated or damaged)"));
    CHECK(refusal_of([](ModelSpec& m) { m.identifier = false; }) ==
          quoted("not a TFLite model (no TFL3 identifier)"));
    CHECK(refusal_of([](ModelSpec& m) { m.version = 2; }) ==
          quoted("schema version 2, expected 3"));
    CHECK(refusal_of([](ModelSpec& m) { m.subgraphs = 2; }) == quoted("2 subgraphs, expected one"));
    CHECK(refusal_of([](ModelSpec& m) { m.inputs = {0, 2}; }) == quoted("2 inputs, expected one"));
    CHECK(refusal_of([](ModelSpec& m) { m.outputs.clear(); }) == quoted("0 outputs, expected one"));
    CHECK(refusal_of([](ModelSpec& m) { m.operators.clear(); }) ==
          quoted("a subgraph without tensors or operators"));
}

TEST_CASE("a truncated model is refused") {
    const std::string whole = whole_model().bytes();
    for (std::size_t size = 8; size < whole.size(); size += 5) {
        INFO("first " << size << " bytes");
        CHECK_FALSE(refusal(whole.substr(0, size)).empty());
    }
}

TEST_CASE("a damaged model is read or refused in one line") {
    const int refused = damaged_refusals(whole_model().bytes(), 31);
    CHECK(refused > 5000);
    CHECK(refused < 19000);
}

TEST_CASE("tensors that make no sense are refused by place and value") {
    const auto conv = [](const std::string& what) {
        return quoted("operator 2 (CONV_2D): " + what);
    };
    CHECK(refusal_of([](ModelSpec& m) { m.inputs = {99}; }) ==
          quoted("input: tensor 99 does not exist (the file has 16)"));
    CHECK(refusal_of([](ModelSpec& m) { m.op(BuiltinOperator::CONV_2D).inputs[1] = -7; }) ==
          conv("weights: tensor -7 does not exist (the file has 16)"));
    CHECK(refusal_of([](ModelSpec& m) { m.tensor("weights").buffer = 77; }) ==
          quoted("buffer 77 does not exist (the file has 7)"));
    CHECK(refusal_of([](ModelSpec& m) { m.tensor("weights").data.pop_back(); }) ==
          conv("weights: shape [2, 3, 3, 3] with 53 bytes in the file, expected 54"));
    CHECK(refusal_of([](ModelSpec& m) { m.tensor("weights").data.clear(); }) ==
          conv("weights: no values in the file, expected constants"));
    CHECK(refusal_of([](ModelSpec& m) { m.tensor("weights").type = TensorType::INT16; }) ==
          conv("weights: int16, expected int8"));
    CHECK(refusal_of([](ModelSpec& m) { m.tensor("weights").scales.clear(); }) ==
          conv("weights: not quantized (no scale)"));
    CHECK(refusal_of([](ModelSpec& m) {
              m.tensor("weights").scales = {1.0F, 0.0F};
          }) == conv("weights: scale 0.000000, expected positive numbers"));
    CHECK(refusal_of([](ModelSpec& m) {
              m.tensor("weights").zeros = {0, 1};
          }) == conv("weights: a zero point other than 0 (int8 weights are symmetric)"));
    CHECK(refusal_of([](ModelSpec& m) {
              m.tensor("weights").scales = {1.0F, 1.0F, 1.0F};
          }) == conv("weights: 3 scales, expected one or 2"));
    CHECK(refusal_of([](ModelSpec& m) { m.tensor("weights").quantized_dimension = 3; }) ==
          conv("weights: scales along dimension 3, expected 0, the output channels"));
    CHECK(refusal_of([](ModelSpec& m) {
              m.tensor("weights").shape = {2, 5, 5, 3};
          }) == conv("weights: shape [2, 5, 5, 3] with 54 bytes in the file, expected 150"));
    CHECK(refusal_of([](ModelSpec& m) {
              m.tensor("weights").shape = {2, 1, 3, 3};
          }) == conv("weights: shape [2, 1, 3, 3] with 54 bytes in the file, expected 18"));
    CHECK(refusal_of([](ModelSpec& m) {
              m.tensor("weights").shape = {2, 1, 300, 3};
          }) == conv("a window of 1x300, expected sides of 1 to 255"));
    CHECK(refusal_of([](ModelSpec& m) { m.tensor("conv").scales.clear(); }) ==
          conv("output: not quantized (no scale)"));
    CHECK(refusal_of([](ModelSpec& m) { m.tensor("conv").zeros = {300}; }) ==
          conv("output: zero point 300, expected one in [-128, 127]"));
    CHECK(refusal_of([](ModelSpec& m) {
              m.tensor("conv").shape = {1, 4, 4, 9};
          }) == conv("output: 4x4x9, expected 4x4x2"));
    CHECK(refusal_of([](ModelSpec& m) { m.tensor("conv").variable = true; }) ==
          conv("output: a variable; networks with a state are not read"));
    CHECK(refusal_of([](ModelSpec& m) { m.tensor("biases").shape = {3}; }) ==
          conv("biases: shape [3] with 8 bytes in the file, expected 12"));
    CHECK(refusal_of([](ModelSpec& m) {
              m.tensor("image").shape = {1, 60000, 60000, 3};
          }) == quoted("input: shape [1, 60000, 60000, 3]; expected at most 4 dimensions, each in "
                       "[1, 65535], and 2^26 elements"));
    CHECK(refusal_of([](ModelSpec& m) {
              m.tensor("image").shape = {8, 4, 4, 3};
          }) == quoted("input: a batch of 8 images, expected 1"));
    CHECK(refusal_of([](ModelSpec& m) {
              m.tensor("image").signature = {-1, -1, -1, 3};
          }) == quoted("input: dynamic shape [-1, -1, -1, 3], expected a fixed one"));
    CHECK(refusal_of([](ModelSpec& m) { m.tensor("image").type = TensorType::FLOAT32; }) ==
          quoted("input: float32 without a QUANTIZE behind it; only full-integer int8 files are "
                 "read"));
    CHECK(refusal_of([](ModelSpec& m) {
              m.tensor("addends").shape = {1, 3, 1, 1};
          }) == quoted("operator 1 (ADD): addends: 3 values, expected one or one for each of 3 "
                       "channels"));
    CHECK(refusal_of([](ModelSpec& m) { m.tensor("addends").data.clear(); }) ==
          quoted("operator 1 (ADD): input: tensor 3, which no operator before it writes"));
    CHECK(refusal_of([](ModelSpec& m) {
              m.tensor("dense_biases").data = std::string("\xff\xff\xff\x7f\0\0\0\0", 8);
          }) == quoted("operator 6 (FULLY_CONNECTED): sums of output channel 0 could overflow an "
                       "int32 accumulator"));
    CHECK(refusal_of([](ModelSpec& m) { m.tensor("softmax").scales = {0.1F}; }) ==
          quoted("operator 7 (SOFTMAX): output: scale 0.100000 and zero point -128, expected 1/256 "
                 "and -128"));
}

TEST_CASE("operators that are not read are refused by name") {
    CHECK(refusal_of([](ModelSpec& m) { m.operators[3].code = 7; }) ==
          quoted("operator 3 (EMBEDDING_LOOKUP): this operator is not read (docs/importing.md "
                 "lists those that are)"));
    CHECK(refusal_of([](ModelSpec& m) { m.operators[3].code = 150; }) ==
          quoted("operator 3 (GELU): this operator is not read (docs/importing.md lists those that "
                 "are)"));
    CHECK(refusal_of([](ModelSpec& m) { m.operators[3].code = 5000; }) ==
          quoted("operator 3 (operator code 5000): this operator is not read (docs/importing.md "
                 "lists those that are)"));
    CHECK(refusal_of([](ModelSpec& m) {
              m.operators[3].code = 32;
              m.operators[3].custom = "Flex\nConv";
          }) == quoted("operator 3 (CUSTOM Flex?Conv): this operator is not read "
                       "(docs/importing.md lists those that are)"));
    const auto conv = [](const TfliteOptions& options) {
        return refusal_of([&](ModelSpec& m) { m.op(BuiltinOperator::CONV_2D).options = options; });
    };
    CHECK(conv({}) == quoted("operator 2 (CONV_2D): has no options of its kind"));
    CHECK(conv(pool_options(2, 2, Padding::VALID)) ==
          quoted("operator 2 (CONV_2D): has no options of its kind"));
    CHECK(conv(conv_options(2, Padding::SAME, ActivationFunctionType::NONE)) ==
          quoted("operator 2 (CONV_2D): output: 4x4x2, expected 2x2x2"));
    CHECK(conv(conv_options(0, Padding::SAME, ActivationFunctionType::NONE)) ==
          quoted("operator 2 (CONV_2D): stride 0x0, expected 1 to 255"));
    CHECK(conv(conv_options(5, Padding::SAME, ActivationFunctionType::NONE)) ==
          quoted("operator 2 (CONV_2D): a stride of 5x5 is larger than the 4x4x3 map"));
    CHECK(conv(conv_options(1, Padding::VALID, ActivationFunctionType::NONE)) ==
          quoted("operator 2 (CONV_2D): output: 4x4x2, expected 2x2x2"));
    CHECK(conv(conv_options(1, Padding::SAME, ActivationFunctionType::NONE, 2)) ==
          quoted("operator 2 (CONV_2D): dilated, expected dilation 1x1"));
    CHECK(conv(conv_options(1, Padding::SAME, ActivationFunctionType::TANH)) ==
          quoted("operator 2 (CONV_2D): fuses TANH, expected RELU, RELU6 or no activation"));
    CHECK(refusal_of([](ModelSpec& m) {
              m.tensor("conv").scales = m.tensor("pool").scales = {0.1F};
              m.op(BuiltinOperator::MAX_POOL_2D).options = [](auto& builder) {
                  return std::pair(tflite::BuiltinOptions::Pool2DOptions,
                                   tflite::CreatePool2DOptions(builder, Padding::VALID, 2, 2, 2, 2,
                                                               ActivationFunctionType::RELU6)
                                       .Union());
              };
          }) == quoted("operator 3 (MAX_POOL_2D): fuses RELU6 below the largest value of its "
                       "output, expected RELU or no activation"));
    CHECK(refusal_of([](ModelSpec& m) {
              m.op(BuiltinOperator::MAX_POOL_2D).options = pool_options(3, 0, Padding::VALID);
          }) ==
          quoted("operator 3 (MAX_POOL_2D): a window of 3x3, stride 0x0, no padding; expected "
                 "sides and strides of 1 to 255"));
    CHECK(refusal_of([](ModelSpec& m) { m.op(BuiltinOperator::MAX_POOL_2D).inputs = {2}; }) ==
          quoted("operator 3 (MAX_POOL_2D): output: other quantization than the input's, expected "
                 "the same"));
    CHECK(refusal_of([](ModelSpec& m) { m.operators.pop_back(); }) ==
          quoted("output: tensor 15, which the last operator does not write"));
}
