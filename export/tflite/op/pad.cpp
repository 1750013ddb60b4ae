#include "export/tflite/float_builder.hpp"
#include "export/tflite/int8_builder.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/reader/layer_reader.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

/// Before and behind each dimension of the map that flows. Throws ExportError for those of images
/// and channels.
space::Pad pad_of(const OperatorView& op, std::size_t rank) {
    const TensorView paddings = op.input(1, "paddings");
    const std::vector<std::int32_t> sides = paddings.int32_values();
    if (sides.size() != 2 * rank) {
        paddings.fail(std::to_string(sides.size()) + " values, expected two for each of " +
                      std::to_string(rank) + " dimensions");
    }
    if (sides[0] != 0 || sides[1] != 0 || sides[2 * rank - 2] != 0 || sides[2 * rank - 1] != 0) {
        op.fail("pads images or channels, expected height and width only");
    }
    space::Pad pad;
    if (rank == 4) {
        pad.top = sides[2];
        pad.bottom = sides[3];
    }
    if (rank > 2) {
        pad.left = sides[2 * rank - 4];
        pad.right = sides[2 * rank - 3];
    }
    return pad;
}

TfliteTensor paddings_of(const space::Node& node) {
    const auto& pad = std::get<space::Pad>(node.op);
    const auto narrow = [](std::int64_t side) { return static_cast<std::int32_t>(side); };
    return int32_tensor(
        node.name + ".paddings", {4, 2},
        {0, 0, narrow(pad.top), narrow(pad.bottom), narrow(pad.left), narrow(pad.right), 0, 0});
}

void write_int8(TfliteInt8Builder& builder, const Int8Layer& layer) {
    const std::int32_t paddings = builder.constant(paddings_of(layer.node));
    TfliteOperator node;
    node.kind = tflite::BuiltinOperator::PAD;
    node.version = 2;
    builder.add(std::move(node), {paddings}, layer.node.name, map_shape(layer.node.output),
                layer.out);
}

void write_float(TfliteFloatBuilder& builder, const FloatNetwork&, const space::Node& node) {
    const std::int32_t paddings = builder.constant(paddings_of(node));
    TfliteOperator pad;
    pad.kind = tflite::BuiltinOperator::PAD;
    builder.add(std::move(pad), {paddings}, node.name, map_shape(node.output));
}

}  // namespace

TfliteOp tflite_op(const space::Pad&) {
    return tflite_unpriced(write_int8, write_float);
}

void read_pad(LayerReader& reader, const OperatorView& op) {
    op.expect_inputs(2, 2);
    const std::size_t rank = reader.flowing(op).shape().size();
    const TensorView output = op.output();
    output.expect_type(tflite::TensorType::INT8);
    reader.expect_same_params(output);
    const space::Pad pad = pad_of(op, rank);
    LayerReader::Layer layer{{}, pad};
    layer.out = reader.params();
    reader.advance(op, reader.output_shape(op, pad));
    layer.name = reader.name_of(op, "pad");
    reader.push(std::move(layer));
}

namespace tflm {

KernelNeeds pad_needs(const NeedsQuery& query) {
    KernelNeeds needs;
    needs.data = query.structs.pad_data;
    needs.temporaries = query.tensors();
    return needs;
}

}  // namespace tflm

}  // namespace nanonas::exporting
