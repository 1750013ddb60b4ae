#include "export/tflite/op/ops.hpp"
#include "export/tflite/reader/layer_reader.hpp"

namespace nanonas::exporting {

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
