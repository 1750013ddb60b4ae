#include "export/float_network.hpp"
#include "export/tflite/float_builder.hpp"
#include "export/tflite/int8_builder.hpp"
#include "export/tflite/op/ops.hpp"
#include "export/tflite/op/pool.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

TfliteOperator max_pool_2d(const space::Node& node) {
    const std::int64_t side = std::get<space::MaxPool2d>(node.op).size;
    return pool_node(tflite::BuiltinOperator::MAX_POOL_2D, side, side);
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
    const std::int64_t size = options.filter_height();
    if (size < 1 || options.filter_width() != size || options.stride_h() != size ||
        options.stride_w() != size) {
        op.fail(std::to_string(options.filter_height()) + "x" +
                std::to_string(options.filter_width()) + " with stride " +
                std::to_string(options.stride_h()) + "x" + std::to_string(options.stride_w()) +
                ", expected a square window with the same stride");
    }
    if (size > reader.shape().height || size > reader.shape().width) {
        op.fail("a window of " + std::to_string(size) + " on a " + to_string(reader.shape()) +
                " map");
    }
    if (options.padding() != tflite::Padding::VALID &&
        (reader.shape().height % size != 0 || reader.shape().width % size != 0)) {
        op.fail("padding SAME on a " + to_string(reader.shape()) + " map, expected VALID");
    }
    const bool relu = read_pool_relu(reader, op, options);
    if (relu && !reader.network().constants.empty()) {
        // The largest of what is clamped is the largest, clamped: the C has that kernel.
        space::Node& before = reader.network().network.nodes.back();
        space::Activation* const activation = space::activation_of(before.op);
        if (is_linear(before.op) && *activation == space::Activation::kNone) {
            *activation = space::Activation::kRelu;
            reader.network().constants.back().clamp_min =
                static_cast<std::int8_t>(reader.params().zero_point);
            before.end = reader.unique(before.name + ".relu");
        }
    }
    LayerReader::Layer layer{{}, space::MaxPool2d{size}};
    layer.out = reader.params();
    reader.advance(
        op, {reader.shape().height / size, reader.shape().width / size, reader.shape().channels});
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
