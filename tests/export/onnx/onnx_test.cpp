#include <catch2/catch.hpp>
#include <cstring>
#include <map>

#include "export/float_network.hpp"
#include "export/format.hpp"
#include "export/int8/quantize.hpp"
#include "export/onnx/onnx.pb.h"
#include "space/errors.hpp"
#include "tests/export/support.hpp"

using namespace nanonas;
using namespace nanonas::exporting;
using Catch::Contains;

namespace {

struct Networks {
    explicit Networks(std::uint64_t seed) {
        Rng rng(seed);
        const space::CellSpace cells{{12, 9, 3}, 4, 0.5};
        trained = test::random_trained(cells.build({5, 2}), rng);
        const test::Images images = test::random_images(cells.input, 6, 4, rng);
        quantized = quantize(trained, images.view(), images.rows(), {});
    }
    Artifact artifact() const { return {&trained, &quantized, {}}; }

    space::TrainedNetwork trained;
    Int8Network quantized;
};

WriteOptions as(Io io, Precision precision = Precision::kInt8) {
    WriteOptions options;
    options.io = io;
    options.precision = precision;
    return options;
}

std::string written(const Artifact& artifact, const WriteOptions& options) {
    const auto files = make_writer("onnx")->render(artifact, options);
    REQUIRE(files.size() == 1);
    CHECK(files[0].path == options.name + ".onnx");
    return files[0].bytes;
}

/// A model read back, its constants and nodes by name.
struct Model {
    explicit Model(const std::string& bytes) {
        REQUIRE(model.ParseFromString(bytes));
        for (const auto& tensor : model.graph().initializer()) {
            REQUIRE(tensors.emplace(tensor.name(), tensor).second);
        }
        for (const auto& node : model.graph().node()) {
            REQUIRE(node.output_size() == 1);
            REQUIRE(nodes.emplace(node.output(0), node).second);
        }
    }

    template <typename Number>
    std::vector<Number> values(const std::string& name) const {
        const std::string& bytes = tensors.at(name).raw_data();
        std::vector<Number> all(bytes.size() / sizeof(Number));
        std::memcpy(all.data(), bytes.data(), bytes.size());
        return all;
    }
    std::vector<std::string> operators() const {
        std::vector<std::string> all;
        for (const auto& node : model.graph().node()) {
            if (node.op_type() != "QuantizeLinear" && node.op_type() != "DequantizeLinear") {
                all.push_back(node.op_type());
            }
        }
        return all;
    }
    std::string metadata(const std::string& key) const {
        for (const auto& entry : model.metadata_props()) {
            if (entry.key() == key) {
                return entry.value();
            }
        }
        return "(none)";
    }

    onnx::ModelProto model;
    std::map<std::string, onnx::TensorProto> tensors;
    std::map<std::string, onnx::NodeProto> nodes;
};

const std::vector<std::string> kOperators = {
    "Conv", "Relu", "MaxPool",           "Conv",    "Relu", "MaxPool",
    "Conv", "Relu", "GlobalAveragePool", "Flatten", "Gemm"};

}  // namespace

TEST_CASE("an ONNX model is the same bytes each time and for each default spelt out") {
    const Networks networks(1);
    CHECK(written(networks.artifact(), {}) == written(networks.artifact(), as(Io::kUint8)));
    CHECK(written(networks.artifact(), {}) != written(networks.artifact(), as(Io::kInt8)));
}

TEST_CASE("the graph holds the network's operators in order, and none besides") {
    const Networks networks(2);
    for (const Io io : {Io::kUint8, Io::kInt8, Io::kFloat}) {
        CHECK(Model(written(networks.artifact(), as(io))).operators() == kOperators);
    }
    const Model exact(written(networks.artifact(), as(Io::kFloat, Precision::kFloat32)));
    CHECK(exact.operators() == kOperators);
    CHECK(exact.model.graph().node_size() == static_cast<int>(kOperators.size()));
}

TEST_CASE("every value is written before it is read, and every constant is read") {
    const Networks networks(3);
    for (const Io io : {Io::kUint8, Io::kInt8, Io::kFloat}) {
        const Model model(written(networks.artifact(), as(io)));
        std::map<std::string, int> reads;
        for (const auto& [name, tensor] : model.tensors) {
            reads[name] = 0;
        }
        reads[model.model.graph().input(0).name()] = 0;
        for (const auto& node : model.model.graph().node()) {
            for (const std::string& input : node.input()) {
                INFO(node.name() << " reads " << input);
                REQUIRE(reads.count(input) == 1);
                ++reads[input];
            }
            reads[node.output(0)] = 0;
        }
        for (const auto& [name, count] : reads) {
            INFO(name);
            CHECK((count > 0 || name == model.model.graph().output(0).name()));
        }
        CHECK(reads.count("logits") == 1);
    }
}

TEST_CASE("weights are the int8 network's, outermost dimensions first") {
    const Networks networks(4);
    const Model model(written(networks.artifact(), {}));
    for (const Int8Layer& seen : test::linear_layers(networks.quantized)) {
        const Int8Constants* const linear = &seen.constants;
        const std::string& name = seen.node.name;
        INFO(name);
        const auto weights = model.values<std::int8_t>(name + ".weight");
        CHECK(model.values<float>(name + ".weight.scale") == linear->weight_scales);
        const std::int64_t k = seen.kernel();
        const std::int64_t in = seen.node.input.channels;
        REQUIRE(weights.size() == linear->weights.size());
        std::size_t at = 0;
        for (std::int64_t o = 0; o < seen.node.output.channels; ++o) {
            for (std::int64_t i = 0; i < in; ++i) {
                for (std::int64_t tap = 0; tap < k * k; ++tap) {
                    REQUIRE(weights[at++] ==
                            linear->weights[static_cast<std::size_t>((o * k * k + tap) * in + i)]);
                }
            }
        }
        CHECK(model.values<float>(name + ".scale")[0] == seen.out.scale);
        CHECK(model.values<std::uint8_t>(name + ".zero_point")[0] == seen.out.zero_point + 128);
    }
}

TEST_CASE("a bias is one accumulator step up where a ReLU follows, and the network's elsewhere") {
    const Networks networks(5);
    const Model model(written(networks.artifact(), {}));
    for (const Int8Layer& seen : test::linear_layers(networks.quantized)) {
        const Int8Constants* const linear = &seen.constants;
        const std::string& name = seen.node.name;
        {
            const auto bias = model.values<std::int32_t>(name + ".bias");
            const int up = linear->clamp_min == seen.out.zero_point ? 1 : 0;
            REQUIRE(bias.size() == linear->bias.size());
            for (std::size_t i = 0; i < bias.size(); ++i) {
                CHECK(bias[i] == linear->bias[i] + up);
            }
        }
    }
}

TEST_CASE("float32 holds the folded weights") {
    const Networks networks(6);
    const Model model(written(networks.artifact(), as(Io::kFloat, Precision::kFloat32)));
    const FloatNetwork folded = float_network(networks.trained);
    const FloatLinear stem = linear_of(folded, folded.network.nodes.front());
    CHECK(model.values<float>("stem.conv.bias") == stem.bias);
    const auto weights = model.values<float>("stem.conv.weight");
    REQUIRE(weights.size() == stem.weights.size());
    // Channel 2, tap (0, 1) of output 3: [3][2][0][1] against [3][0][1][2].
    CHECK(weights[(3 * 3 + 2) * 9 + 1] == stem.weights[(3 * 9 + 1) * 3 + 2]);
}

TEST_CASE("an ONNX model tells its labels, its input and how it came to be") {
    Networks networks(7);
    networks.quantized.labels = {"a \"quoted\" one", "line\nbreak", "\xC3\xA9", "broken \xFF"};
    const Model model(written(networks.artifact(), {}));
    CHECK(model.metadata("labels") ==
          R"(["a \"quoted\" one","line\nbreak","\u00e9","broken \ufffd"])");
    CHECK(model.metadata("mean") == std::to_string(networks.trained.preprocess.mean));
    CHECK(model.metadata("scale") == "0.0078125");
    CHECK(model.metadata("input") == "raw pixels");
    CHECK(model.metadata("colour") == "RGB");
    CHECK(model.metadata("nanonas.seed") == "\"1\"");
    CHECK(model.model.producer_name() == "nanonas");
    CHECK(model.model.ir_version() == 7);
    CHECK(model.model.opset_import(0).version() == 13);
    const auto& input = model.model.graph().input(0).type().tensor_type();
    CHECK(input.elem_type() == onnx::TensorProto::UINT8);
    REQUIRE(input.shape().dim_size() == 4);
    CHECK(input.shape().dim(0).dim_param() == "batch");
    CHECK(input.shape().dim(1).dim_value() == 3);
    CHECK(input.shape().dim(2).dim_value() == 12);
    CHECK(input.shape().dim(3).dim_value() == 9);
}

TEST_CASE("what an ONNX model cannot be is said in one line") {
    const Networks networks(8);
    const Artifact no_int8{&networks.trained, nullptr, {}};
    const Artifact no_float{nullptr, &networks.quantized, {}};
    const auto writer = make_writer("onnx");
    CHECK_THROWS_WITH(writer->render(no_int8, {}), Contains("nanonas quantize"));
    CHECK_NOTHROW(writer->render(no_int8, as(Io::kFloat, Precision::kFloat32)));
    CHECK_THROWS_AS(writer->render(no_float, as(Io::kFloat, Precision::kFloat32)), ExportError);
    CHECK_THROWS_WITH(writer->render(networks.artifact(), as(Io::kUint8, Precision::kFloat32)),
                      Contains("float32") && Contains("uint8"));
    CHECK_THROWS_AS(writer->render(networks.artifact(), as(Io::kFloat, Precision::kFloat16)),
                    ExportError);
    CHECK_THROWS_AS(check_options(*writer, as(Io::kFloat, Precision::kDynamic)), ConfigError);

    Int8Network imported = networks.quantized;
    imported.add("probabilities", space::Softmax{}, {}, {});
    CHECK_THROWS_WITH(writer->render({nullptr, &imported, {}}, {}),
                      Contains("'probabilities'") && Contains("softmax"));
}

TEST_CASE("a clamp that is no ReLU is written as a Clip in real numbers") {
    Networks networks(9);
    const QuantParams out = networks.quantized.values[1];
    networks.quantized.constants.front().clamp_max = static_cast<std::int8_t>(out.zero_point + 60);
    const Model model(written(networks.artifact(), {}));
    CHECK(model.operators()[1] == "Clip");
    CHECK(model.values<float>("stem.conv.high")[0] == out.scale * 60.0F);
    CHECK(model.values<float>("stem.conv.low")[0] == 0.0F);
}
