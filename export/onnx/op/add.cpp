#include <cmath>

#include "export/onnx/op/linear.hpp"

namespace nanonas::exporting {

namespace {

void write_int8(OnnxInt8Builder& builder, const Int8Layer& layer) {
    builder.dequantize();
    const std::string first = builder.value;
    builder.take(layer.node.inputs.back());
    builder.dequantize();
    builder.value = builder.graph().node("Add", layer.node.name + ".sum", {first, builder.value});
    end_int8(builder, layer);
}

void write_float(OnnxFloatBuilder& builder, const FloatNetwork&, const space::Node& node) {
    const std::string first = builder.value;
    builder.take(node.inputs.back());
    builder.value = builder.graph().node("Add", node.name, {first, builder.value});
    if (space::activation_of(node.op) == space::Activation::kRelu) {
        builder.value = builder.graph().node("Relu", node.name + ".relu", {builder.value});
    }
}

/// Of whole numbers that work out shapes.
std::int64_t combined(const OnnxNode& node, std::int64_t a, std::int64_t b) {
    constexpr std::int64_t kMost = std::int64_t{1} << 31;
    node.expect(a > -kMost && a < kMost && b > -kMost && b < kMost, "whole numbers beyond 2^31");
    const std::string& kind = node.kind();
    if (kind == "Div") {
        node.expect(b != 0, "divides by 0");
        return a / b;
    }
    return kind == "Add" ? a + b : kind == "Sub" ? a - b : a * b;
}

void combine_constants(GraphReader& reader, const OnnxNode& node) {
    OnnxConstant a = reader.constant(node, 0, "first");
    const OnnxConstant b = reader.constant(node, 1, "second");
    node.expect(!a.real() && !b.real() && !a.dequantized() && !b.dequantized() &&
                    (a.integers.size() == b.integers.size() || b.integers.size() == 1),
                "of constants, expected whole numbers of one shape");
    for (std::size_t i = 0; i < a.integers.size(); ++i) {
        a.integers[i] = combined(node, a.integers[i], b.integers[b.integers.size() == 1 ? 0 : i]);
    }
    reader.write(node, std::move(a));
}

void add_maps(GraphReader& reader, const OnnxNode& node) {
    node.expect(node.kind() == "Add", "of two maps; expected constants on one side, or an Add");
    GraphReader::Flow first = reader.flow(node, 0);
    const GraphReader::Flow second = reader.flow(node, 1);
    if (first.dims != second.dims || first.axes != second.axes) {
        node.fail("adds " + dims_text(first.dims) + " and " + dims_text(second.dims) +
                  ", expected two maps of one shape and order");
    }
    first.value = reader.push(node, "add", space::Add{}, {first.value, second.value});
    first.shared = false;
    reader.write(node, std::move(first));
}

/// With constants: a factor or a shift per channel.
void scale(GraphReader& reader, const OnnxNode& node, int map) {
    GraphReader::Flow flow = reader.flow(node, map);
    const std::vector<double> values = reader.per_channel(node, flow, 1 - map);
    std::vector<double> factors(values.size(), 1.0), shifts(values.size(), 0.0);
    const std::string& kind = node.kind();
    node.expect(kind != "Div" || map == 0, "divides constants by a map");
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (kind == "Mul" || kind == "Div") {
            factors[i] = kind == "Mul" ? values[i] : 1.0 / values[i];
        } else {
            factors[i] = kind == "Sub" && map == 1 ? -1.0 : 1.0;
            shifts[i] = kind == "Sub" && map == 0 ? -values[i] : values[i];
        }
        node.expect(std::isfinite(factors[i]) && std::isfinite(shifts[i]),
                    "constant " + std::to_string(i) + " is not finite, or 0 to divide by");
    }
    reader.scale_channels(node, flow, factors, shifts);
    flow.shared = false;
    reader.write(node, std::move(flow));
}

}  // namespace

OnnxOp onnx_op(const space::Add&) {
    return {write_int8, write_float};
}

void read_arithmetic(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(2, 2);
    const bool first = reader.constant_at(node, 0), second = reader.constant_at(node, 1);
    if (first && second) {
        combine_constants(reader, node);
    } else if (first || second) {
        scale(reader, node, first ? 1 : 0);
    } else {
        add_maps(reader, node);
    }
}

}  // namespace nanonas::exporting
