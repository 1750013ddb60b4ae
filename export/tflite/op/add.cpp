#include "export/tflite/op/add.hpp"

#include <algorithm>

#include "export/tflite/float_builder.hpp"
#include "export/tflite/int8_builder.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

void write_int8(TfliteInt8Builder& builder, const Int8Layer& layer) {
    builder.add(clamped_operator(layer, tflite::BuiltinOperator::ADD, 2), {builder.second()},
                layer.node.name, map_shape(layer.node.output), layer.out);
}

void write_float(TfliteFloatBuilder& builder, const FloatNetwork&, const space::Node& node) {
    TfliteOperator sum;
    sum.kind = tflite::BuiltinOperator::ADD;
    sum.relu = space::activation_of(node.op) == space::Activation::kRelu;
    builder.add(std::move(sum), {builder.second()}, node.name, map_shape(node.output));
}

}  // namespace

TfliteOp tflite_op(const space::Add&) {
    return tflite_unpriced(write_int8, write_float);
}

void read_sum(LayerReader& reader, const OperatorView& op, const QuantParams& addend_params,
              LayerReader::Layer& layer) {
    op.output().expect_type(tflite::TensorType::INT8);
    layer.out = op.output().params();
    const double in = static_cast<double>(reader.params().scale);
    const double addend = static_cast<double>(addend_params.scale);
    const double common = 2.0 * std::max(in, addend);
    layer.constants.multipliers = {
        reader.multiplier(op, in / common), reader.multiplier(op, addend / common),
        reader.multiplier(op, common / (0x1p20 * static_cast<double>(layer.out.scale)))};
    const bool relu = fuses_relu(op.optional_options<tflite::AddOptions>(), op);
    reader.advance(op, reader.shape());
    layer.name = reader.name_of(op, "add");
    if (relu) {
        reader.fuse_relu(layer, ceiling_of(op.optional_options<tflite::AddOptions>(), op));
    }
}

void read_add(LayerReader& reader, const OperatorView& op) {
    op.expect_inputs(2, 2);
    if (op.input(0, "input").constant() || op.input(1, "input").constant()) {
        return read_channel_add(reader, op);
    }
    reader.flowing(op, 1);
    const LayerReader::Flow second = reader.flow();
    reader.flowing(op, 0);
    if (reader.shape() != second.shape) {
        op.fail("adds a " + to_string(reader.shape()) + " and a " + to_string(second.shape) +
                " map, expected two of one shape");
    }
    LayerReader::Layer layer{{}, space::Add{}};
    const space::Value first = reader.flow().value;
    read_sum(reader, op, second.params, layer);
    reader.push(std::move(layer), {first, second.value});
}

namespace tflm {

KernelNeeds add_needs(const NeedsQuery& query) {
    KernelNeeds needs;
    needs.params = query.structs.add_params;
    needs.params_alignment = kInt;
    needs.data = query.structs.add_data;
    needs.temporaries = query.tensors();
    return needs;
}

}  // namespace tflm

}  // namespace nanonas::exporting
