#include "export/onnx/op/linear.hpp"

namespace nanonas::exporting {

namespace {

std::string gemm(OnnxGraph& graph, const space::Node&, const std::string& name,
                 const std::vector<std::string>& inputs) {
    std::string result = graph.node("Gemm", name, inputs);
    graph.set("transB", 1);
    return result;
}

OnnxLinear linear(const space::Node& node) {
    return {gemm, ".gemm", {node.output.channels, node.input.channels}};
}

void write_int8(OnnxInt8Builder& builder, const Int8Layer& layer) {
    builder.flatten();
    write_int8_linear(builder, layer, linear(layer.node));
}

void write_float(OnnxFloatBuilder& builder, const FloatNetwork& network, const space::Node& node) {
    builder.flatten();
    write_float_linear(builder, linear_of(network, node), node, linear(node));
}

/// Row `o`, value `i` of the file's matrix lies at value `place[i]` of ours: the file may have
/// flattened channels first.
std::vector<std::size_t> places(const OnnxNode& node, const std::string& order,
                                const space::Shape& map) {
    const auto side = [&](char axis) {
        return axis == 'C' ? map.channels : axis == 'H' ? map.height : map.width;
    };
    const auto step = [&](char axis) {
        return axis == 'C' ? 1 : axis == 'W' ? map.channels : map.channels * map.width;
    };
    std::int64_t held = 1;
    std::vector<std::size_t> result = {0};
    for (const char axis : order) {
        std::vector<std::size_t> longer;
        for (const std::size_t before : result) {
            for (std::int64_t i = 0; i < side(axis); ++i) {
                longer.push_back(before + static_cast<std::size_t>(i * step(axis)));
            }
        }
        result = std::move(longer);
        held *= side(axis);
    }
    node.expect(held == map.elements(), "reads values in an order that is not known");
    return result;
}

/// The matrix as [outputs][values of our order].
OnnxConstant take_matrix(const OnnxNode& node, const OnnxConstant& given, bool outputs_first,
                         const std::vector<std::size_t>& place) {
    node.expect(given.dims.size() == 2 && given.elements() > 0,
                "weights: shape " + dims_text(given.dims) + ", expected two dimensions");
    const auto outputs = static_cast<std::size_t>(given.dims[outputs_first ? 0 : 1]);
    const auto values = static_cast<std::size_t>(given.dims[outputs_first ? 1 : 0]);
    node.expect(values == place.size(), "weights: shape " + dims_text(given.dims) + " for " +
                                            std::to_string(place.size()) + " values");
    OnnxConstant matrix = given;
    matrix.dims = {given.dims[outputs_first ? 0 : 1], given.dims[outputs_first ? 1 : 0]};
    if (given.scales.size() > 1) {
        node.expect(given.axis == (outputs_first ? 0U : 1U),
                    "weights: scales along the values, expected one or one per output");
        matrix.axis = 0;
    }
    for (std::size_t o = 0; o < outputs; ++o) {
        for (std::size_t i = 0; i < values; ++i) {
            const std::size_t from = outputs_first ? o * values + i : i * outputs + o;
            const std::size_t to = o * values + place[i];
            if (!given.reals.empty()) {
                matrix.reals[to] = given.reals[from];
            }
            if (!given.integers.empty()) {
                matrix.integers[to] = given.integers[from];
            }
        }
    }
    return matrix;
}

void read_dense(GraphReader& reader, const OnnxNode& node, bool outputs_first, int bias) {
    std::string order;
    GraphReader::Flow before = reader.flow(node);
    const space::Shape map = reader.shape(before);
    GraphReader::Flow flow = reader.row(node, 0, order);
    const OnnxConstant weights = take_matrix(node, reader.constant(node, 1, "weights"),
                                             outputs_first, places(node, order, map));
    const auto outputs = static_cast<std::size_t>(weights.dims[0]);
    OnnxLayer layer = read_linear(node, weights, outputs);
    read_bias(reader, node, bias, layer, outputs);
    flow.value =
        reader.push(node, "dense", space::Dense{weights.dims[0]}, {flow.value}, std::move(layer));
    flow.axes = {"N", "C"};
    reader.set_dims(flow);
    reader.write(node, std::move(flow));
}

}  // namespace

OnnxOp onnx_op(const space::Dense&) {
    return {write_int8, write_float};
}

void read_gemm(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(2, 3);
    node.expect(node.real("alpha", 1.0F) == 1.0F && node.real("beta", 1.0F) == 1.0F,
                "with factors alpha or beta, expected 1");
    node.expect(node.integer("transA", 0) == 0, "turns what it reads, expected transA 0");
    read_dense(reader, node, node.integer("transB", 0) != 0, 2);
}

void read_mat_mul(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(2, 2);
    read_dense(reader, node, false, node.inputs());
}

}  // namespace nanonas::exporting
