#include "export/tflite/int8_builder.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/reader/layer_reader.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

void write_int8(TfliteInt8Builder& builder, const Int8Layer& layer) {
    TfliteOperator node;
    node.kind = tflite::BuiltinOperator::QUANTIZE;
    node.version = 2;
    builder.add(std::move(node), {}, layer.node.name, map_shape(layer.node.output), layer.out);
}

}  // namespace

TfliteOp tflite_op(const space::Requantize&) {
    return tflite_imported(write_int8);
}

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
