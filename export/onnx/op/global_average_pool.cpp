#include "export/onnx/op/ops.hpp"

#include <set>

namespace nanonas::exporting {

namespace {

// A nudge that decides ties and nothing else: 2^-20 of a step is more than float rounding, less
// than the nearest mean that is no tie (maps of up to 64x64).
constexpr float kLean = 0x1p-20F;

void write_int8(OnnxInt8Builder& builder, const Int8Layer& layer) {
    if (!layer.constants.multipliers.empty()) {
        refuse_unwritten(layer);
    }
    const std::string& name = layer.node.name;
    builder.dequantize();
    builder.value = builder.graph().node("GlobalAveragePool", name + ".mean", {builder.value});
    // The int8 network rounds ties away from q = 0. Means lie near the zero point.
    QuantParams params = builder.params();
    params.scale *= params.zero_point < 0 ? 1.0F + kLean : 1.0F - kLean;
    builder.parameters(name, params);
    builder.quantize(name);
}

void write_float(OnnxFloatBuilder& builder, const FloatNetwork&, const space::Node& node) {
    builder.value = builder.graph().node("GlobalAveragePool", node.name, {builder.value});
}

}  // namespace

OnnxOp onnx_op(const space::GlobalAveragePool&) {
    return {write_int8, write_float};
}

void read_global_average_pool(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(1, 1);
    GraphReader::Flow flow = reader.image(node);
    flow.value = reader.push(node, "average", space::GlobalAveragePool{}, {flow.value});
    reader.set_dims(flow);
    reader.write(node, std::move(flow));
}

/// Over height and width.
void read_reduce_mean(GraphReader& reader, const OnnxNode& node) {
    node.expect_inputs(1, 2);
    GraphReader::Flow flow = reader.flow(node);
    const space::Shape map = reader.shape(flow);
    const auto rank = static_cast<std::int64_t>(flow.dims.size());
    std::set<std::size_t> reduced;
    std::string over;
    for (const std::int64_t axis :
         node.has_input(1) ? reader.whole_numbers(node, 1, "axes") : node.integers("axes")) {
        const std::int64_t at = axis < 0 ? axis + rank : axis;
        node.expect(at >= 0 && at < rank, "reduces dimension " + std::to_string(axis));
        reduced.insert(static_cast<std::size_t>(at));
        over += flow.axes[static_cast<std::size_t>(at)];
    }
    const auto has = [&](char axis) { return over.find(axis) != std::string::npos; };
    node.expect(over.find_first_not_of("HW") == std::string::npos &&
                    (has('H') || map.height == 1) && (has('W') || map.width == 1),
                "a mean over other dimensions than height and width");
    flow.value = reader.push(node, "average", space::GlobalAveragePool{}, {flow.value});
    if (node.integer("keepdims", 1) == 0) {
        for (auto at = reduced.rbegin(); at != reduced.rend(); ++at) {
            flow.axes.erase(flow.axes.begin() + static_cast<std::ptrdiff_t>(*at));
            flow.dims.erase(flow.dims.begin() + static_cast<std::ptrdiff_t>(*at));
        }
    }
    reader.set_dims(flow);
    reader.write(node, std::move(flow));
}

}  // namespace nanonas::exporting
