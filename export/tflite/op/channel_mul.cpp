#include "export/tflite/int8_builder.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/reader/layer_reader.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

void write_int8(TfliteInt8Builder& builder, const Int8Layer& layer) {
    const std::int32_t factors = builder.constant(channel_tensor(layer, ".factor"));
    builder.add(clamped_operator(layer, tflite::BuiltinOperator::MUL, 2), {factors},
                layer.node.name, map_shape(layer.node.output), layer.out);
}

}  // namespace

TfliteOp tflite_op(const space::ChannelMul&) {
    return tflite_imported(write_int8);
}

void read_mul(LayerReader& reader, const OperatorView& op) {
    const auto [map, constants] = reader.sides(op);
    static_cast<void>(map);
    const TensorView factors = op.input(constants, "factors");
    LayerReader::Layer layer{{}, space::ChannelMul{}};
    layer.constants.weights = reader.channel_constants(factors);
    layer.constants.params = factors.params();
    op.output().expect_type(tflite::TensorType::INT8);
    layer.out = op.output().params();
    layer.constants.multipliers = {reader.multiplier(
        op, static_cast<double>(reader.params().scale * factors.params().scale / layer.out.scale))};
    const bool relu = fuses_relu(op.optional_options<tflite::MulOptions>(), op);
    reader.advance(op, reader.shape());
    layer.name = reader.name_of(op, "mul");
    if (relu) {
        reader.fuse_relu(layer, ceiling_of(op.optional_options<tflite::MulOptions>(), op));
    }
    reader.push(std::move(layer));
}

namespace tflm {

KernelNeeds mul_needs(const NeedsQuery& query) {
    KernelNeeds needs;
    needs.params = query.structs.mul_params;
    needs.params_alignment = kInt;
    needs.data = query.structs.mul_data;
    needs.temporaries = query.tensors();
    return needs;
}

}  // namespace tflm

}  // namespace nanonas::exporting
