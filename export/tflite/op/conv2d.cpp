#include "export/tflite/op/linear.hpp"
#include "export/tflite/tflite_parts.hpp"

namespace nanonas::exporting {

namespace {

TfliteLinear conv_2d(const space::Node& node) {
    constexpr std::int32_t kInt8 = 3, kHybridPerChannel = 5;
    const space::Window window = space::window_of(node.op);
    return {tflite::BuiltinOperator::CONV_2D,
            kInt8,
            kHybridPerChannel,
            shape_of({node.output.channels, window.height, window.width, node.input.channels}),
            map_shape(node.output),
            false,
            window};
}

void write_int8(TfliteInt8Builder& builder, const Int8Layer& layer) {
    write_int8_linear(builder, layer, conv_2d(layer.node));
}

void write_float(TfliteFloatBuilder& builder, const FloatNetwork& network,
                 const space::Node& node) {
    write_float_linear(builder, linear_of(network, node), conv_2d(node));
}

void price(std::vector<tflm::Operator>& operators, const space::Node& node) {
    const space::Window window = space::window_of(node.op);
    operators.push_back({tflm::NodeKind::kConvolution,
                         "AddConv2D",
                         node.name,
                         node.input,
                         node.output,
                         {node.output.channels, window.height, window.width, node.input.channels}});
}

}  // namespace

TfliteOp tflite_op(const space::Conv2d&) {
    return {write_int8, write_float, price};
}

void read_conv_2d(LayerReader& reader, const OperatorView& op) {
    op.expect_inputs(2, 3);
    reader.flowing(op);
    const auto& options = op.options<tflite::Conv2DOptions>();
    const TensorView weights = op.input(1, "weights");
    const std::vector<std::int64_t>& dims = weights.shape();
    if (dims.size() != 4 || dims[3] != reader.shape().channels) {
        weights.fail("expected the shape [outputs, height, width, " +
                     std::to_string(reader.shape().channels) + "]");
    }
    const auto conv = space::Conv2d::of(dims[0], read_window(op, options, dims[1], dims[2]), true);
    const bool relu = op.relu(options.fused_activation_function());
    const space::Shape output = reader.output_shape(op, conv);
    LayerReader::Layer layer = read_linear(reader, op, conv, weights.int8_values(),
                                           weights.weight_scales(dims[0], 0), dims[0]);
    reader.advance(op, output);
    layer.name = reader.name_of(op, "conv");
    if (relu) {
        reader.fuse_relu(layer, op.ceiling(options.fused_activation_function()));
    }
    reader.push(std::move(layer));
}

namespace tflm {

namespace {

constexpr Bytes rounded_up(Bytes count, Bytes step) {
    return (count + step - 1) / step * step;
}

/// arm_convolve_s8_get_buffer_size: two columns of int16, each a multiple of four taps; with
/// vectors four columns of int8, each a multiple of 16 taps. arm_convolve_1x1_s8_fast: nothing.
Bytes convolution_scratch(const Tensor& weights, Kernels kernels) {
    const Bytes taps = weights.elements() / weights.dims.front();
    if (kernels == Kernels::kReference || weights.dims[1] * weights.dims[2] == 1) {
        return 0;
    }
    return kernels == Kernels::kCmsisVector ? 4 * rounded_up(taps, 16)
                                            : 2 * 2 * rounded_up(taps, 4);
}

}  // namespace

KernelNeeds conv_2d_needs(const NeedsQuery& query) {
    KernelNeeds needs;
    needs.params = query.structs.conv_params;
    needs.params_alignment = kInt;
    needs.data = query.cmsis() ? query.structs.cmsis_conv_data : query.structs.conv_data;
    // Output, input and weights in Prepare, CMSIS-NN's the bias too; all in CalculateOpDataConv.
    needs.temporaries = query.tensors();
    if (query.kernels == Kernels::kReference) {
        needs.temporaries = {query.node.output, query.node.inputs[0], query.node.inputs[1]};
    }
    append(needs.temporaries, query.tensors());
    const Tensor& weights = query.input(1);
    needs.tables.assign(2, kInt * weights.dims.front());  // multipliers and shifts
    const Bytes scratch = convolution_scratch(weights, query.kernels);
    if (scratch > 0) {
        needs.scratches = {scratch};
    }
    return needs;
}

}  // namespace tflm

}  // namespace nanonas::exporting
