// Files whose operators are no chain.
#include <catch2/catch.hpp>

#include "export/tflite/tflite_writer.hpp"
#include "export/tflite/tflm/arena.hpp"
#include "space/cost.hpp"
#include "tests/export/tflite/reader/refusal.hpp"

using namespace nanonas;
using namespace nanonas::exporting;
using namespace nanonas::test;
using tflite::ActivationFunctionType;
using tflite::BuiltinOperator;
using tflite::Padding;
using tflite::TensorType;

TEST_CASE("a graph becomes nodes that read what its operators read") {
    const ImportedModel model = parse_tflite(graph_model().bytes(), "x.tflite");
    std::string nodes;
    for (const space::Node& node : model.network.network.nodes) {
        nodes += space::op_name(node.op) + " " + to_string(node.output) + " of";
        for (const space::Value value : node.inputs) {
            nodes += " " + std::to_string(value);
        }
        nodes += ", ";
    }
    CHECK(
        nodes ==
        "Pad 7x7x4 of 0, Conv2d 5x5x4 of 1, DepthwiseConv2d 5x5x4 of 2, Add 5x5x4 of 2 3, "
        "AveragePool2d 3x5x4 of 4, MaxPool2d 2x3x4 of 5, Reshape 1x1x24 of 6, Dense 1x1x3 of 7, ");
    const Int8Layer add = layer_of(model.network, 3);
    CHECK(add.in == QuantParams{0.05F, 3});
    CHECK(add.other == QuantParams{0.03F, -7});
    REQUIRE(model.tflm_graph);
    // Measured as that of the whole model, on tests/fuzz/corpus/tflite/graph.tflite.
    using exporting::tflm::Kernels;
    CHECK(arena_of(*model.tflm_graph, Kernels::kReference, exporting::tflm::host_structs()).bytes ==
          3'184);
    // PAD holds the input and 7x7x4, ADD the maps of both convolutions and its own.
    const space::CostReport costs = space::layer_costs(model.network.network);
    CHECK(costs.layers[0].tensor_bytes == (30 + 49) * 4);
    CHECK(costs.layers[2].tensor_bytes == 2 * 100);
    CHECK(costs.layers[3].tensor_bytes == 3 * 100);
    CHECK(costs.peak_tensor_bytes == (30 + 49) * 4);
}

TEST_CASE("a ReLU fused into a pool stays out of a convolution that others read, too") {
    ModelSpec model = graph_model();
    // The pool reads the depthwise convolution, which ADD reads, too.
    for (const char* name : {"average", "max", "vector"}) {
        model.tensor(name).scales = {0.03F};
        model.tensor(name).zeros = {-7};
    }
    model.op(BuiltinOperator::AVERAGE_POOL_2D).code =
        static_cast<std::int32_t>(BuiltinOperator::MAX_POOL_2D);
    OperatorSpec& pool = model.op(BuiltinOperator::MAX_POOL_2D);
    pool.options = [](auto& builder) {
        return std::pair(tflite::BuiltinOptions::Pool2DOptions,
                         tflite::CreatePool2DOptions(builder, Padding::SAME, 1, 2, 3, 2,
                                                     ActivationFunctionType::RELU)
                             .Union());
    };
    const auto clamp_of_depthwise = [&](std::int32_t read) {
        pool.inputs = {read};
        const Int8Network network = parse_tflite(model.bytes(), "x.tflite").network;
        CHECK(std::holds_alternative<space::Relu>(network.network.nodes[5].op) == (read == 8));
        return int{network.constants[2].clamp_min};
    };
    CHECK(clamp_of_depthwise(8) == -128);
}

TEST_CASE("what was read is written as the same network") {
    ModelSpec inside = whole_model();  // other parameters in the middle, a ReLU behind the average
    inside.op(BuiltinOperator::RESHAPE).options = {};
    inside.op(BuiltinOperator::RESHAPE).code = static_cast<std::int32_t>(BuiltinOperator::QUANTIZE);
    inside.tensor("vector").scales = {0.03F};
    ModelSpec relu = whole_model();
    relu.op(BuiltinOperator::RESHAPE).options = {};
    relu.op(BuiltinOperator::RESHAPE).code = static_cast<std::int32_t>(BuiltinOperator::RELU);
    for (const ModelSpec& spec : {whole_model(), graph_model(), inside, relu}) {
        Int8Network network = parse_tflite(spec.bytes(), "x.tflite").network;
        for (std::int64_t i = 0; i < network.network.classes(); ++i) {
            network.labels.push_back(std::to_string(i));
        }
        for (const Io io : {Io::kInt8, Io::kUint8, Io::kFloat}) {
            WriteOptions options;
            options.io = io;
            const std::string bytes = tflite_model({nullptr, &network, {}}, options);
            const ImportedModel back = parse_tflite(bytes, "back.tflite");
            CHECK(back.network.network == network.network);
            CHECK(back.network.values == network.values);
            REQUIRE(back.network.constants.size() == network.constants.size());
            for (std::size_t i = 0; i < network.constants.size(); ++i) {
                const Int8Constants &was = network.constants[i], &is = back.network.constants[i];
                INFO(network.network.nodes[i].name);
                CHECK(is.weights == was.weights);
                CHECK(is.bias == was.bias);
                CHECK(is.clamp_min == was.clamp_min);
                REQUIRE(is.multipliers.size() == was.multipliers.size());
                for (std::size_t m = 0; m < was.multipliers.size(); ++m) {
                    CHECK(is.multipliers[m].m0 == was.multipliers[m].m0);
                    CHECK(is.multipliers[m].shift == was.multipliers[m].shift);
                }
            }
        }
    }
}

TEST_CASE("Keras's Flatten of a batch of unknown size is a reshape") {
    ModelSpec model = graph_model();
    const auto code = [](BuiltinOperator op) { return static_cast<std::int32_t>(op); };
    const auto add = [&](const char* name, std::vector<std::int32_t> shape) {
        model.tensors.push_back({name, std::move(shape), TensorType::INT32, {}, {}, ""});
        return static_cast<std::int32_t>(model.tensors.size() - 1);
    };
    const std::int32_t shape = add("shape", {4}), batch = add("batch", {}),
                       sides = add("sides", {2});
    OperatorSpec& reshape = model.op(BuiltinOperator::RESHAPE);
    reshape.inputs = {11, sides};
    reshape.options = {};
    model.operators.insert(model.operators.begin() + 6,
                           {{code(BuiltinOperator::SHAPE), {11}, {shape}, {}, ""},
                            {code(BuiltinOperator::STRIDED_SLICE), {shape}, {batch}, {}, ""},
                            {code(BuiltinOperator::PACK), {batch}, {sides}, {}, ""}});
    const ImportedModel read = parse_tflite(model.bytes(), "x.tflite");
    CHECK(read.network.network == parse_tflite(graph_model().bytes(), "x.tflite").network.network);
    CHECK(read.tflm_obstacle == quoted("operator 6 (SHAPE): is not priced"));
    model.tensor("sides").type = TensorType::INT8;
    CHECK(refusal(model) == quoted("operator 8 (PACK): output: int8, expected int32"));
}

TEST_CASE("graphs that make no sense are refused by operator") {
    const auto refused = [](const auto& change) {
        ModelSpec model = graph_model();
        change(model);
        return refusal(model);
    };
    const auto add = [](const std::string& what) { return quoted("operator 3 (ADD): " + what); };
    const auto pad = [](const std::string& what) { return quoted("operator 0 (PAD): " + what); };
    const auto conv = [](const std::string& what) {
        return quoted("operator 1 (CONV_2D): " + what);
    };
    const auto paddings = [&](const std::vector<std::int32_t>& sides) {
        return refused([&](ModelSpec& m) {
            std::string& data = m.tensor("paddings").data;
            data.assign(reinterpret_cast<const char*>(sides.data()),
                        sides.size() * sizeof sides[0]);
            m.tensor("paddings").shape = {static_cast<std::int32_t>(sides.size() / 2), 2};
        });
    };
    // A cycle: the convolution reads the sum of what it writes.
    CHECK(refused([](ModelSpec& m) { m.op(BuiltinOperator::CONV_2D).inputs[0] = 9; }) ==
          conv("input: tensor 9, which no operator before it writes"));
    CHECK(refused([](ModelSpec& m) { m.op(BuiltinOperator::CONV_2D).outputs = {2}; }) ==
          conv("output: tensor 2 is written already"));
    CHECK(refused([](ModelSpec& m) { m.op(BuiltinOperator::CONV_2D).outputs = {0}; }) ==
          conv("output: tensor 0 is written already"));
    CHECK(refused([](ModelSpec& m) { m.op(BuiltinOperator::CONV_2D).outputs = {3}; }) ==
          conv("output: a constant, expected a tensor to write"));
    CHECK(refused([](ModelSpec& m) { m.op(BuiltinOperator::CONV_2D).inputs[0] = 3; }) ==
          conv("input: tensor 3, which no operator before it writes"));
    CHECK(refused([](ModelSpec& m) { m.tensor("map").data.assign(120, 1); }) ==
          quoted("input: a constant, expected what the caller writes"));
    CHECK(refused([](ModelSpec& m) { m.outputs = {12}; }) ==
          quoted("output: tensor 12, which the last operator does not write"));
    CHECK(refused([](ModelSpec& m) { m.op(BuiltinOperator::ADD).inputs[0] = 2; }) ==
          add("adds a 7x7x4 and a 5x5x4 map, expected two of one shape"));
    CHECK(refused([](ModelSpec& m) {
              m.tensor("add").shape = {1, 5, 4, 5};
          }) == add("output: 5x4x5, expected 5x5x4"));
    CHECK(refused([](ModelSpec& m) {
              m.tensor("add").scales = {1e-30F};
          }).find("operator 3 (ADD): its scales ask for a multiplication by") != std::string::npos);
    CHECK(paddings({0, 0, 1, 0, 0, 300, 0, 0}) ==
          pad("pads 1 rows above, 0 below, 0 columns on the left, 300 on the right; expected 0 to "
              "255 of each"));
    CHECK(paddings({0, 0, 1, -1, 0, 2, 0, 0}) ==
          pad("pads 1 rows above, -1 below, 0 columns on the left, 2 on the right; expected 0 to "
              "255 of each"));
    CHECK(paddings({0, 0, 1, 0, 0, 2, 0, 1}) ==
          pad("pads images or channels, expected height and width only"));
    CHECK(paddings({0, 0, 1, 0, 0, 2}) ==
          pad("paddings: 6 values, expected two for each of 4 dimensions"));
    CHECK(paddings({0, 0, 2, 0, 0, 2, 0, 0}) == pad("output: 7x7x4, expected 8x7x4"));
    CHECK(refused([](ModelSpec& m) { m.tensor("pad").zeros = {-9}; }) ==
          pad("output: other quantization than the input's, expected the same"));
    CHECK(refused([](ModelSpec& m) {
              m.tensor("weights").shape = {1, 9, 4, 4};
              m.tensor("weights").scales = {0.004F};
              m.tensor("weights").zeros = {0};
          }) == conv("a window of 9x4 is larger than the 7x7x4 map, which has no padding"));
    CHECK(refused([](ModelSpec& m) {
              m.op(BuiltinOperator::MAX_POOL_2D).options = pool_options(6, 1, Padding::VALID);
          }) == quoted("operator 5 (MAX_POOL_2D): a window of 6x6 is larger than the 3x5x4 map, "
                       "which has no padding"));
    CHECK(refused([](ModelSpec& m) {
              m.op(BuiltinOperator::AVERAGE_POOL_2D).options = pool_options(2, 6, Padding::SAME);
          }) == quoted("operator 4 (AVERAGE_POOL_2D): a stride of 6x6 is larger than the 5x5x4 "
                       "map"));
    CHECK(refused([](ModelSpec& m) {
              m.tensor("vector").shape = {1, 23};
          }) ==
          quoted("operator 6 (RESHAPE): reshapes a 2x3x4 map to 1x1x23, expected as many values"));
}

TEST_CASE("a damaged graph is read or refused in one line") {
    const int refused = damaged_refusals(graph_model().bytes(), 32);
    CHECK(refused > 4000);
    CHECK(refused < 19000);
}
