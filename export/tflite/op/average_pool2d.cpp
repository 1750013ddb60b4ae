#include "export/tflite/int8_builder.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

void write_int8(TfliteInt8Builder& builder, const Int8Layer& layer) {
    TfliteOperator node =
        pool_node(tflite::BuiltinOperator::AVERAGE_POOL_2D, space::window_of(layer.node.op));
    node.version = kInt8Pool;
    builder.add(std::move(node), layer.node.name, map_shape(layer.node.output));
}

}  // namespace

TfliteOp tflite_op(const space::AveragePool2d&) {
    return tflite_imported(write_int8);
}

}  // namespace nanonas::exporting
