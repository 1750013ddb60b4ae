#include "export/tflite/int8_builder.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/op/relu6.hpp"
#include "export/tflite/reader/layer_reader.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

void write_int8(TfliteInt8Builder& builder, const Int8Layer& layer) {
    TfliteOperator node;
    const bool six = layer.constants.clamp_max < 127;
    node.kind = six ? tflite::BuiltinOperator::RELU6 : tflite::BuiltinOperator::RELU;
    node.version = 2;
    builder.add(std::move(node), {}, layer.node.name, map_shape(layer.node.output), layer.out);
}

}  // namespace

TfliteOp tflite_op(const space::Relu&) {
    return {write_int8, tflite_imported(write_int8).write_float, no_lone_relu};
}

void read_relu(LayerReader& reader, const OperatorView& op) {
    op.expect_inputs(1, 1);
    reader.flowing(op);
    LayerReader::Layer layer{{}, space::Relu{}};
    op.output().expect_type(tflite::TensorType::INT8);
    layer.out = op.output().params();
    // A quotient of floats, other than QUANTIZE's.
    layer.constants.multipliers = {
        reader.multiplier(op, static_cast<double>(reader.params().scale / layer.out.scale))};
    layer.constants.clamp_min = static_cast<std::int8_t>(layer.out.zero_point);
    if (op.code() == tflite::BuiltinOperator::RELU6) {
        layer.constants.clamp_max = relu6_ceiling(layer.out);
    }
    reader.advance(op, reader.shape());
    layer.name = reader.name_of(op, "relu");
    reader.push(std::move(layer));
}

namespace tflm {

KernelNeeds relu_needs(const NeedsQuery& query) {
    KernelNeeds needs;
    needs.data = query.structs.relu_data;
    needs.temporaries = query.tensors();
    return needs;
}

}  // namespace tflm

}  // namespace nanonas::exporting
