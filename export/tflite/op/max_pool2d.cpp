#include "export/float_network.hpp"
#include "export/tflite/float_builder.hpp"
#include "export/tflite/int8_builder.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/op/pool.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

TfliteOperator max_pool_2d(const space::Node& node) {
    return pool_node(tflite::BuiltinOperator::MAX_POOL_2D, space::window_of(node.op));
}

void write_int8(TfliteInt8Builder& builder, const Int8Layer& layer) {
    TfliteOperator node = max_pool_2d(layer.node);
    node.version = kInt8Pool;
    builder.add(std::move(node), layer.node.name, map_shape(layer.node.output));
}

void write_float(TfliteFloatBuilder& builder, const FloatNetwork&, const space::Node& node) {
    builder.add(max_pool_2d(node), {}, node.name, map_shape(node.output));
}

void price(std::vector<tflm::Operator>& operators, const space::Node& node) {
    operators.push_back(
        {tflm::NodeKind::kMaxPool, "AddMaxPool2D", node.name, node.input, node.output, {}});
}

}  // namespace

TfliteOp tflite_op(const space::MaxPool2d&) {
    return {write_int8, write_float, price};
}

void read_max_pool_2d(LayerReader& reader, const OperatorView& op) {
    op.expect_inputs(1, 1);
    reader.flowing(op);
    const auto& options = op.options<tflite::Pool2DOptions>();
    const auto pool = space::MaxPool2d::of(read_pool_window(reader, op, options));
    const bool relu = read_pool_relu(reader, op, options);
    space::Node* const before = relu ? reader.only_source() : nullptr;
    space::Activation* const activation =
        before != nullptr && is_linear(before->op) ? space::activation_of(before->op) : nullptr;
    if (activation != nullptr && *activation == space::Activation::kNone) {
        // The largest of what is clamped is the largest, clamped: the C has that kernel.
        *activation = space::Activation::kRelu;
        reader.network().constants[reader.flow().value - 1].clamp_min =
            static_cast<std::int8_t>(reader.params().zero_point);
        before->end = reader.unique(before->name + ".relu");
    }
    LayerReader::Layer layer{{}, pool};
    layer.out = reader.params();
    reader.advance(op, reader.output_shape(op, pool));
    const std::string name = layer.name = reader.name_of(op, "pool");
    reader.push(std::move(layer));
    if (relu) {
        clamp_pool(reader, name);
    }
}

namespace tflm {

KernelNeeds max_pool_2d_needs(const NeedsQuery& query) {
    KernelNeeds needs;
    needs.params = query.structs.pool_params;
    needs.params_alignment = kInt;
    needs.data = query.cmsis() ? query.structs.cmsis_pool_data : query.structs.pool_data;
    needs.temporaries = query.tensors();
    return needs;
}

}  // namespace tflm

}  // namespace nanonas::exporting
