#include <cmath>

#include "export/int8/op/softmax.hpp"
#include "export/tflite/int8_builder.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/reader/layer_reader.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

void write_int8(TfliteInt8Builder& builder, const Int8Layer& layer) {
    const FixedMultiplier& step = layer.constants.multipliers.front();
    TfliteOperator node;
    node.kind = tflite::BuiltinOperator::SOFTMAX;
    node.version = 2;
    // Of the step of the input in Q5.26 (Int8Constants).
    node.beta = static_cast<float>(std::ldexp(static_cast<double>(step.m0), step.shift - 31 - 26) /
                                   static_cast<double>(layer.in.scale));
    builder.add(std::move(node), {}, layer.node.name, map_shape(layer.node.output), layer.out);
}

}  // namespace

TfliteOp tflite_op(const space::Softmax&) {
    return {write_int8, tflite_imported(write_int8).write_float, no_softmax};
}

void read_softmax(LayerReader& reader, const OperatorView& op) {
    op.expect_inputs(1, 1);
    reader.flowing(op);
    if (reader.shape().height != 1 || reader.shape().width != 1) {
        op.fail("reads a " + to_string(reader.shape()) + " map, expected 1x1");
    }
    LayerReader::Layer layer{{}, space::Softmax{}};
    const float beta = op.options<tflite::SoftmaxOptions>().beta();
    const float step = beta * reader.params().scale;
    if (!std::isnormal(step) || step < 0.0F) {
        op.fail("beta " + std::to_string(beta) + ", expected a positive number");
    }
    if (step <= 0x1p-26F) {
        op.fail("a scale of " + std::to_string(reader.params().scale) +
                ", expected more than 2^-26 for a softmax in integers");
    }
    if (reader.shape().channels > kMostSoftmaxChannels) {
        op.fail("a softmax over " + std::to_string(reader.shape().channels) + " values, expected " +
                std::to_string(kMostSoftmaxChannels) + " at most");
    }
    const TensorView output = op.output();
    output.expect_type(tflite::TensorType::INT8);
    layer.out = output.params();
    if (!(layer.out == QuantParams{1.0F / 256.0F, -128})) {
        output.fail("scale " + std::to_string(layer.out.scale) + " and zero point " +
                    std::to_string(layer.out.zero_point) + ", expected 1/256 and -128");
    }
    reader.advance(op, reader.shape());
    layer.constants.multipliers = {softmax_multiplier(beta, reader.params().scale)};
    layer.name = reader.name_of(op, "softmax");
    reader.push(std::move(layer));
}

namespace tflm {

KernelNeeds softmax_needs(const NeedsQuery& query) {
    KernelNeeds needs;
    needs.params = query.structs.softmax_params;
    needs.params_alignment = kInt;
    needs.data = query.cmsis() ? query.structs.cmsis_softmax_data : query.structs.softmax_data;
    needs.temporaries = query.tensors();
    return needs;
}

}  // namespace tflm

}  // namespace nanonas::exporting
