#include "export/tflite/op/ops.hpp"
#include "export/tflite/reader/layer_reader.hpp"

namespace nanonas::exporting {

void read_quantize(LayerReader& reader, const OperatorView& op) {
    reader.read_quantize(op);
}

void read_dequantize(LayerReader& reader, const OperatorView& op) {
    reader.read_dequantize(op);
}

namespace tflm {

KernelNeeds quantize_needs(const NeedsQuery& query) {
    KernelNeeds needs;
    needs.data = query.structs.quantize_data;
    needs.temporaries = query.tensors();
    return needs;
}

KernelNeeds dequantize_needs(const NeedsQuery& query) {
    KernelNeeds needs;
    needs.data = query.structs.dequantize_data;
    needs.temporaries = query.tensors();
    return needs;
}

}  // namespace tflm

}  // namespace nanonas::exporting
