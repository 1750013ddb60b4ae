#include "export/onnx/op/ops.hpp"

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

}  // namespace nanonas::exporting
