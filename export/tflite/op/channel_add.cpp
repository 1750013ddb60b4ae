#include "export/tflite/int8_builder.hpp"
#include "export/tflite/op/add.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

void write_int8(TfliteInt8Builder& builder, const Int8Layer& layer) {
    const std::int32_t addends = builder.constant(channel_tensor(layer, ".addend"));
    builder.add(clamped_operator(layer, tflite::BuiltinOperator::ADD, 2), {addends},
                layer.node.name, map_shape(layer.node.output), layer.out);
}

}  // namespace

TfliteOp tflite_op(const space::ChannelAdd&) {
    return tflite_imported(write_int8);
}

void read_channel_add(LayerReader& reader, const OperatorView& op) {
    const auto [map, constants] = reader.sides(op);
    static_cast<void>(map);
    const TensorView addends = op.input(constants, "addends");
    LayerReader::Layer layer{{}, space::ChannelAdd{}};
    layer.constants.weights = reader.channel_constants(addends);
    layer.constants.params = addends.params();
    read_sum(reader, op, addends.params(), layer);
    reader.push(std::move(layer));
}

}  // namespace nanonas::exporting
