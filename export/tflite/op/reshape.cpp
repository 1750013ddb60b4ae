#include "export/tflite/int8_builder.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/reader/layer_reader.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

void write_int8(TfliteInt8Builder& builder, const Int8Layer& layer) {
    const std::vector<std::int32_t> shape = map_shape(layer.node.output);
    const std::int32_t sides =
        builder.constant(int32_tensor(layer.node.name + ".shape", {4}, shape));
    TfliteOperator node;
    node.kind = tflite::BuiltinOperator::RESHAPE;
    builder.add(std::move(node), {sides}, layer.node.name, shape, layer.out);
}

}  // namespace

TfliteOp tflite_op(const space::Reshape&) {
    return tflite_imported(write_int8);
}

/// RESHAPE, SQUEEZE and EXPAND_DIMS: the file says what shape they write.
void read_reshape(LayerReader& reader, const OperatorView& op) {
    op.expect_inputs(1, 2);
    reader.flowing(op);
    const TensorView output = op.output();
    output.expect_type(tflite::TensorType::INT8);
    reader.expect_same_params(output);
    const space::Shape shape = output.map();
    if (shape == reader.shape()) {
        return reader.advance(op, shape);
    }
    const space::Reshape reshape{shape.height, shape.width, shape.channels};
    LayerReader::Layer layer{{}, reshape};
    layer.out = reader.params();
    reader.advance(op, reader.output_shape(op, reshape));
    layer.name = reader.name_of(op, "reshape");
    reader.push(std::move(layer));
}

void read_shape_values(LayerReader& reader, const OperatorView& op) {
    op.output().expect_type(tflite::TensorType::INT32);
    reader.pass_over();
}

namespace tflm {

KernelNeeds reshape_needs(const NeedsQuery& query) {
    KernelNeeds needs;
    needs.params = query.structs.reshape_params;
    needs.params_alignment = kInt;
    needs.temporaries = {query.node.inputs.front(), query.node.output};
    return needs;
}

}  // namespace tflm

}  // namespace nanonas::exporting
