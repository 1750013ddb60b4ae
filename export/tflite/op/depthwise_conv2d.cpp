#include "export/tflite/op/linear.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

TfliteLinear depthwise_conv_2d(const space::Node& node) {
    constexpr std::int32_t kInt8 = 3, kHybridPerChannel = 6;
    const auto& conv = std::get<space::DepthwiseConv2d>(node.op);
    const space::Window window = conv.window();
    return {tflite::BuiltinOperator::DEPTHWISE_CONV_2D,
            kInt8,
            kHybridPerChannel,
            shape_of({1, window.height, window.width, node.output.channels}),
            map_shape(node.output),
            false,
            window,
            static_cast<std::int32_t>(conv.multiplier)};
}

void write_int8(TfliteInt8Builder& builder, const Int8Layer& layer) {
    write_int8_linear(builder, layer, depthwise_conv_2d(layer.node));
}

void write_float(TfliteFloatBuilder& builder, const FloatNetwork& network,
                 const space::Node& node) {
    write_float_linear(builder, linear_of(network, node), depthwise_conv_2d(node));
}

void price(std::vector<tflm::Operator>& operators, const space::Node& node) {
    const space::Window window = space::window_of(node.op);
    operators.push_back({tflm::NodeKind::kDepthwise,
                         "AddDepthwiseConv2D",
                         node.name,
                         node.input,
                         node.output,
                         {1, window.height, window.width, node.output.channels}});
}

}  // namespace

TfliteOp tflite_op(const space::DepthwiseConv2d&) {
    return {write_int8, write_float, price};
}

void read_depthwise_conv_2d(LayerReader& reader, const OperatorView& op) {
    op.expect_inputs(2, 3);
    reader.flowing(op);
    const auto& options = op.options<tflite::DepthwiseConv2DOptions>();
    const TensorView weights = op.input(1, "weights");
    const std::vector<std::int64_t>& dims = weights.shape();
    const std::int64_t channels = reader.shape().channels;
    if (dims.size() != 4 || dims[0] != 1 || dims[3] < 1 || dims[3] % channels != 0) {
        weights.fail("expected the shape [1, height, width, a multiple of " +
                     std::to_string(channels) + "]");
    }
    const std::int64_t outputs = dims[3];
    // TFLite's kernels, too, take the multiplier from the shapes.
    const auto conv = space::DepthwiseConv2d::of(outputs / channels,
                                                 read_window(op, options, dims[1], dims[2]), true);
    const bool relu = op.relu(options.fused_activation_function());
    const space::Shape output = reader.output_shape(op, conv);
    LayerReader::Layer layer = read_linear(
        reader, op, conv, outputs_first(weights.int8_values(), static_cast<std::size_t>(outputs)),
        weights.weight_scales(outputs, 3), outputs);
    reader.advance(op, output);
    layer.name = reader.name_of(op, "depthwise");
    if (relu) {
        reader.fuse_relu(layer, op.ceiling(options.fused_activation_function()));
    }
    reader.push(std::move(layer));
}

namespace tflm {

namespace {

/// arm_depthwise_conv_wrapper_s8_get_buffer_size: a multiplier of 1 has kernels of their own, with
/// the weights as int16, but for 3x3, whose padding is 1 at most; with vectors columns of 124
/// channels of int8.
Bytes depthwise_scratch(const Tensor& input, const Tensor& weights, Kernels kernels) {
    constexpr Bytes kVectorChannels = 124;
    const Bytes area = weights.dims[1] * weights.dims[2];
    const Bytes channels = input.dims.back();
    if (channels != weights.dims.back()) {
        return 0;
    }
    switch (kernels) {
        case Kernels::kCmsisDsp:
            return weights.dims[1] == 3 && weights.dims[2] == 3 ? 0 : 2 * channels * area;
        case Kernels::kCmsisVector:
            return 4 * kVectorChannels * area;
        case Kernels::kCmsisPlain:
        case Kernels::kReference:
            break;
    }
    return 0;
}

}  // namespace

KernelNeeds depthwise_conv_2d_needs(const NeedsQuery& query) {
    KernelNeeds needs;
    needs.params = query.structs.depthwise_params;
    needs.params_alignment = kInt;
    needs.data = query.cmsis() ? query.structs.cmsis_conv_data : query.structs.conv_data;
    // Output, input and weights in Prepare; all in CalculateOpDataDepthwiseConv.
    needs.temporaries = {query.node.output, query.node.inputs[0], query.node.inputs[1]};
    append(needs.temporaries, query.tensors());
    needs.tables.assign(2, kInt * query.input(1).dims.back());  // multipliers and shifts
    const Bytes scratch = depthwise_scratch(query.input(0), query.input(1), query.kernels);
    if (scratch > 0) {
        needs.scratches = {scratch};
    }
    return needs;
}

}  // namespace tflm

}  // namespace nanonas::exporting
