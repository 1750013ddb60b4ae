// Reading .onnx: the kept inputs of the fuzzer, our own files, and what is refused.
#include "export/onnx/reader/reader.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>

#include "export/float_interpreter.hpp"
#include "export/format.hpp"
#include "export/int8/interpreter.hpp"
#include "export/int8/quantize.hpp"
#include "export/onnx/onnx.pb.h"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/spaces/blocks.hpp"
#include "tests/export/support.hpp"
#include "tests/support/source_folder.hpp"

using namespace nanonas;
using namespace nanonas::exporting;
using Catch::Contains;

namespace {

const std::string kKept = testing::source_folder() + "/tests/fuzz/corpus/onnx/";
const space::Preprocess kPixels{1.0F / 128.0F, 128};

OnnxModel kept(const std::string& name) {
    return read_onnx(kKept + name + ".onnx", kPixels);
}

std::vector<std::string> kinds(const space::Network& network) {
    std::vector<std::string> names;
    for (const space::Node& node : network.nodes) {
        names.push_back(space::op_name(node.op));
    }
    return names;
}

onnx::ModelProto proto(const std::string& name) {
    onnx::ModelProto model;
    REQUIRE(model.ParseFromString(read_file(kKept + name + ".onnx")));
    return model;
}

OnnxModel parsed(const onnx::ModelProto& model) {
    return parse_onnx(model.SerializeAsString(), "x.onnx", "", kPixels);
}

}  // namespace

TEST_CASE("float files are lowered: batch norm and ReLU in convolutions, the softmax left out") {
    const OnnxModel chain = kept("chain");
    REQUIRE(chain.real);
    CHECK(kinds(chain.real->network) ==
          std::vector<std::string>{"Conv2d", "MaxPool2d", "Reshape", "Dense"});
    CHECK(chain.real->network.input == space::Shape{6, 5, 2});
    CHECK(chain.input_type == "float32");
    const OnnxModel graph = kept("graph");
    REQUIRE(graph.real);
    // By stride 2 TFLite pads eight rows below alone: no window of ours begins above.
    CHECK(kinds(graph.real->network) ==
          std::vector<std::string>{"Pad", "Conv2d", "Pad", "DepthwiseConv2d", "Add", "MaxPool2d",
                                   "Add", "GlobalAveragePool", "Dense"});
    CHECK(graph.real->ceilings.size() == 1);
    CHECK(graph.real->network.classes() == 3);
}

TEST_CASE("flattened channels first, a dense layer reads the values of a convolution's order") {
    // The same sums with the matrix as a window over the whole map, which has no order of its own.
    const OnnxModel dense = kept("chain");
    onnx::ModelProto model = proto("chain");
    onnx::GraphProto& graph = *model.mutable_graph();
    graph.mutable_node()->DeleteSubrange(4, 7);
    onnx::NodeProto& conv = *graph.add_node();
    conv.set_op_type("Conv");
    for (const char* input : {"p", "d", "e"}) {
        conv.add_input(input);
    }
    conv.add_output("scores");
    for (onnx::TensorProto& tensor : *graph.mutable_initializer()) {
        if (tensor.name() == "d") {
            tensor.clear_dims();
            for (const std::int64_t side : {4, 3, 3, 2}) {
                tensor.add_dims(side);
            }
        }
    }
    const OnnxModel window = parsed(model);
    FloatInterpreter one(*dense.real), other(*window.real);
    Rng rng(1);
    const test::Images images = test::random_images({6, 5, 2}, 10, 4, rng);
    for (std::int64_t i = 0; i < 10; ++i) {
        const auto& expected = other.run(images.view().image(i));
        const auto& scores = one.run(images.view().image(i));
        for (std::size_t c = 0; c < expected.size(); ++c) {
            CHECK(scores[c] == Approx(expected[c]).epsilon(1e-5).margin(1e-5));
        }
    }
}

TEST_CASE("channels last are read without a layer that turns them") {
    const OnnxModel turned = kept("turned");
    REQUIRE(turned.real);
    CHECK(turned.real->network.input == space::Shape{6, 4, 2});
    CHECK(kinds(turned.real->network) ==
          std::vector<std::string>{"Conv2d", "AveragePool2d", "Reshape", "Dense"});
}

TEST_CASE("QDQ files are integers") {
    const OnnxModel model = kept("quantized");
    REQUIRE(model.quantized);
    const Int8Network& network = *model.quantized;
    CHECK(network.input() == QuantParams{0.02F, 0});
    CHECK(kinds(network.network) ==
          std::vector<std::string>{"Conv2d", "Conv2d", "Add", "GlobalAveragePool", "Dense"});
    CHECK(network.constants[0].clamp_min == -128);
    CHECK(network.values[1] == QuantParams{0.02F, -128});
    CHECK(network.constants[2].multipliers.size() == 3);
    CHECK(network.constants[3].multipliers.size() == 1);
    CHECK(network.preprocess.mean == 128);
}

TEST_CASE("our own files come back") {
    // A sum of each kind of block, of an inverted residual's and of one with a ReLU behind it.
    const space::BlockSpace blocks{{14, 12, 3}, 4};
    const char* const residual[] = {
        "100,stride,8,stride,3,2,yes,2,inverted,8,2,separable,12,3,conv,8,1,conv,8,1",
        "100,pool,8,pool,5,3,yes,2,conv,8,3,inverted,16,2,conv,8,1,conv,8,1"};
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
        INFO("seed " << seed);
        Rng rng(seed);
        const space::TrainedNetwork trained = test::random_trained(
            seed < 6 ? test::random_cells(rng)
                     : blocks.build(space::parse_candidate(residual[seed - 6], blocks.axes())),
            rng);
        const test::Images images =
            test::random_images(trained.network.input, 12, trained.network.classes(), rng);
        const Int8Network quantized = quantize(trained, images.view(), images.rows(), {});
        WriteOptions options;
        options.precision = Precision::kFloat32;
        const Artifact artifact{&trained, &quantized, {}};
        const auto real = make_writer("onnx")->render(artifact, options).front().bytes;
        const OnnxModel floats = parse_onnx(real, "x.onnx", "", {});
        REQUIRE(floats.real);
        CHECK(floats.labels == trained.labels);
        CHECK(floats.real->preprocess.scale == trained.preprocess.scale);
        CHECK(floats.real->preprocess.mean == trained.preprocess.mean);
        const FloatNetwork folded = float_network(trained);
        FloatInterpreter theirs(folded), ours(*floats.real);
        for (std::int64_t i = 0; i < 12; ++i) {
            CHECK(ours.run(images.view().image(i)) == theirs.run(images.view().image(i)));
        }
        for (const Io io : {Io::kUint8, Io::kInt8, Io::kFloat}) {
            options = {};
            options.io = io;
            const auto bytes = make_writer("onnx")->render(artifact, options).front().bytes;
            const OnnxModel whole = parse_onnx(bytes, "x.onnx", "", {});
            REQUIRE(whole.quantized);
            CHECK(whole.input_type == (io == Io::kUint8  ? "uint8"
                                       : io == Io::kInt8 ? "int8"
                                                         : "float32"));
            CHECK(whole.quantized->input() == quantized.input());
            Int8Interpreter expected(quantized), read(*whole.quantized);
            int apart = 0;
            for (std::int64_t i = 0; i < 12; ++i) {
                const auto& a = expected.run(images.view().image(i));
                const auto& b = read.run(images.view().image(i));
                for (std::size_t c = 0; c < a.size(); ++c) {
                    apart = std::max(apart, std::abs(a[c] - b[c]));
                }
            }
            CHECK(apart <= 4);  // the written bias is one step higher (docs/decisions/010-onnx.md)
        }
    }
}

TEST_CASE("what is not read is refused in one line that names the operator") {
    const std::pair<const char*, const char*> cases[] = {
        {"unknown-operator", "operator 2 (Sigmoid 'r_node'): this operator is not read"},
        {"cycle", "operator 0 (Conv 'a_node'): reads 'e', which no operator before it writes"},
        {"dilated", "operator 0 (Conv 'c_node'): dilated, expected dilation 1x1"},
        {"short-weights", "weights: shape [3, 2, 3, 3] with 5 bytes in the file, expected 216"},
        {"huge", "expected at most 2^26 values"},
        {"two-inputs", "2 inputs, expected one"},
        {"shapes-do-not-meet", "operator 4 (Add 'e_node'): adds"},
        {"pool-below-zero", "may be below zero"},
        {"not-quantized", "operator 6 (QuantizeLinear 'b.q_node'): quantizes what other operators"},
        {"outside", "expected a file beside the model"},
        {"old-opset", "operator set 6, expected 7 to 25"},
        {"truncated", "not a whole ONNX model (truncated or damaged)"},
    };
    for (const auto& [name, message] : cases) {
        INFO(name);
        CHECK_THROWS_AS(kept(name), ExportError);
        CHECK_THROWS_WITH(kept(name), Contains(message) && Contains(std::string(name) + ".onnx: "));
    }
}

TEST_CASE("files of half a thousand places cut or changed are read or refused") {
    for (const char* name : {"chain", "graph", "turned", "quantized"}) {
        const std::string whole = read_file(kKept + name + ".onnx");
        Rng rng(7);
        int refused = 0;
        for (int i = 0; i < 500; ++i) {
            std::string bytes = whole;
            const auto at = static_cast<std::size_t>(rng.below(whole.size()));
            if (i % 2 == 0) {
                bytes.resize(at);
            } else {
                bytes[at] = static_cast<char>(rng.below(256));
            }
            try {
                parse_onnx(bytes, "x.onnx", "", kPixels);
            } catch (const Error& error) {
                CHECK_THAT(error.what(), Catch::StartsWith("x.onnx: "));
                ++refused;
            }
        }
        CHECK(refused > 250);
    }
}

TEST_CASE("external data lie beside the model") {
    const test::ScratchFolder folder;
    onnx::ModelProto model = proto("chain");
    const OnnxModel inside = parsed(model);
    onnx::TensorProto& tensor = *model.mutable_graph()->mutable_initializer(0);
    write_file(folder.path() + "/weights.data", "before" + tensor.raw_data());
    tensor.clear_raw_data();
    tensor.set_data_location(onnx::TensorProto::EXTERNAL);
    for (const auto& [key, value] :
         {std::pair<const char*, const char*>{"location", "weights.data"},
          {"offset", "6"},
          {"length", "216"}}) {
        onnx::StringStringEntryProto& entry = *tensor.add_external_data();
        entry.set_key(key);
        entry.set_value(value);
    }
    write_file(folder.path() + "/x.onnx", model.SerializeAsString());
    const OnnxModel outside = read_onnx(folder.path() + "/x.onnx", kPixels);
    CHECK(outside.real->weights == inside.real->weights);
    tensor.mutable_external_data(1)->set_value("7");
    write_file(folder.path() + "/y.onnx", model.SerializeAsString());
    CHECK_THROWS_WITH(read_onnx(folder.path() + "/y.onnx", kPixels), Contains("behind the end"));
}
