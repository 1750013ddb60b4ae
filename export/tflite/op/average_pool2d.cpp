#include "export/tflite/float_builder.hpp"
#include "export/tflite/int8_builder.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

TfliteOperator average_pool_2d(const space::Node& node) {
    return pool_node(tflite::BuiltinOperator::AVERAGE_POOL_2D, space::window_of(node.op));
}

void write_int8(TfliteInt8Builder& builder, const Int8Layer& layer) {
    TfliteOperator node = average_pool_2d(layer.node);
    node.version = kInt8Pool;
    builder.add(std::move(node), layer.node.name, map_shape(layer.node.output));
}

void write_float(TfliteFloatBuilder& builder, const FloatNetwork&, const space::Node& node) {
    builder.add(average_pool_2d(node), {}, node.name, map_shape(node.output));
}

}  // namespace

TfliteOp tflite_op(const space::AveragePool2d&) {
    return tflite_unpriced(write_int8, write_float);
}

}  // namespace nanonas::exporting
