#include "export/tflite/op/ops.hpp"
#include "export/tflite/reader/layer_reader.hpp"

namespace nanonas::exporting {

void read_reshape(LayerReader& reader, const OperatorView& op) {
    op.expect_inputs(1, 2);
    reader.flowing(op);
    const TensorView output = op.output();
    output.expect_type(tflite::TensorType::INT8);
    if (reader.shape().height != 1 || reader.shape().width != 1) {
        op.fail("from " + to_string(reader.shape()) + " to " + to_string(output.map()) +
                ", expected a 1x1 map (a global average before it)");
    }
    reader.expect_same_params(output);
    reader.advance(op, reader.shape());
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
