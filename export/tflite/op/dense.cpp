#include "export/tflite/op/linear.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

TfliteLinear fully_connected(const space::Node& node) {
    constexpr std::int32_t kInt8 = 4, kHybridAsymmetric = 9;
    return {tflite::BuiltinOperator::FULLY_CONNECTED,
            kInt8,
            kHybridAsymmetric,
            shape_of({node.output.channels, node.input.channels}),
            shape_of({1, node.output.channels}),
            true};
}

void write_int8(TfliteInt8Builder& builder, const Int8Layer& layer) {
    write_int8_linear(builder, layer, fully_connected(layer.node));
}

void write_float(TfliteFloatBuilder& builder, const FloatNetwork& network,
                 const space::Node& node) {
    write_float_linear(builder, linear_of(network, node), fully_connected(node));
}

void price(std::vector<tflm::Operator>& operators, const space::Node& node) {
    operators.push_back({tflm::NodeKind::kDense,
                         "AddFullyConnected",
                         node.name,
                         node.input,
                         node.output,
                         {node.output.channels, node.input.channels}});
}

}  // namespace

TfliteOp tflite_op(const space::Dense&) {
    return {write_int8, write_float, price};
}

void read_fully_connected(LayerReader& reader, const OperatorView& op) {
    op.expect_inputs(2, 3);
    reader.flowing(op);
    const auto& options = op.options<tflite::FullyConnectedOptions>();
    const TensorView weights = op.input(1, "weights");
    const std::vector<std::int64_t>& dims = weights.shape();
    const bool one_pixel = reader.shape().height == 1 && reader.shape().width == 1;
    if (!one_pixel && dims.size() == 2 && dims[1] == reader.shape().elements()) {
        reader.flatten();
    } else if (!one_pixel) {
        op.fail("reads a " + to_string(reader.shape()) +
                " map, expected 1x1, or as many values as it has weights for each output");
    }
    if (dims.size() != 2 || dims[1] != reader.shape().channels) {
        weights.fail("expected the shape [outputs, " + std::to_string(reader.shape().channels) +
                     "]");
    }
    if (options.weights_format() != tflite::FullyConnectedOptionsWeightsFormat::DEFAULT) {
        weights.fail("shuffled, expected the default format");
    }
    const bool relu = op.relu(options.fused_activation_function());
    LayerReader::Layer layer = read_linear(reader, op, space::Dense{dims[0]}, weights.int8_values(),
                                           weights.weight_scales(dims[0], 0), dims[0]);
    reader.advance(op, {1, 1, dims[0]});
    layer.name = reader.name_of(op, "dense");
    if (relu) {
        reader.fuse_relu(layer, op.ceiling(options.fused_activation_function()));
    }
    reader.push(std::move(layer));
}

namespace tflm {

KernelNeeds fully_connected_needs(const NeedsQuery& query) {
    KernelNeeds needs;
    needs.params = query.structs.dense_params;
    needs.params_alignment = query.structs.dense_params_align;
    needs.data = query.cmsis() ? query.structs.cmsis_dense_data : query.structs.dense_data;
    needs.temporaries = query.tensors();
    const Tensor& weights = query.input(1);
    const Bytes table = kInt * weights.dims.front();
    if (weights.scales > 1) {
        needs.tables.assign(2, table);  // multipliers and shifts
    }
    if (query.kernels == Kernels::kCmsisVector) {
        needs.tables.push_back(table);  // sums of the weights
    }
    return needs;
}

}  // namespace tflm

}  // namespace nanonas::exporting
