#include "export/tflite/reader/layer_reader.hpp"

#include <limits>

#include "export/int8/multiplier.hpp"

namespace nanonas::exporting {

namespace {

using tflite::TensorType;

}  // namespace

LayerReader::Layer LayerReader::linear(const OperatorView& op, space::Op kind,
                                       const TensorView& weights, std::int64_t output_count) const {
    const auto outputs = static_cast<std::size_t>(output_count);
    op.output().expect_type(TensorType::INT8);
    Layer layer{{}, std::move(kind)};
    layer.out = op.output().params();
    Int8Constants& constants = layer.constants;
    constants.weights = weights.int8_values();
    constants.weight_scales = weights.weight_scales(output_count);
    constants.one_rounding = std::holds_alternative<space::Dense>(layer.op);
    const bool one_dense_scale = constants.one_rounding && constants.weight_scales.size() == 1;
    constants.weight_scales.resize(outputs, constants.weight_scales.front());
    constants.bias.assign(outputs, 0);
    if (op.has_input(2)) {
        const TensorView bias = op.input(2, "biases");
        constants.bias = bias.int32_values();
        if (constants.bias.size() != outputs) {
            bias.fail(std::to_string(constants.bias.size()) + " values, expected " +
                      std::to_string(outputs));
        }
    }
    const std::size_t taps = constants.weights.size() / outputs;
    for (std::size_t o = 0; o < outputs; ++o) {
        constants.multipliers.push_back(
            multiplier(op, scale_ratio(params_.scale, constants.weight_scales[o], layer.out.scale,
                                       one_dense_scale)));
        std::int64_t reach = 0;
        for (std::size_t tap = o * taps; tap < (o + 1) * taps; ++tap) {
            reach += std::abs(std::int64_t{constants.weights[tap]}) * 255;
        }
        if (reach + std::abs(std::int64_t{constants.bias[o]}) >
            std::numeric_limits<std::int32_t>::max()) {
            op.fail("sums of output channel " + std::to_string(o) +
                    " could overflow an int32 accumulator");
        }
    }
    return layer;
}

void LayerReader::read_conv(const OperatorView& op) {
    op.expect_inputs(2, 3);
    flowing(op);
    const auto& options = op.options<tflite::Conv2DOptions>();
    const TensorView weights = op.input(1, "weights");
    const std::vector<std::int64_t>& dims = weights.shape();
    if (dims.size() != 4 || dims[3] != shape_.channels) {
        weights.fail("expected the shape [outputs, kernel, kernel, " +
                     std::to_string(shape_.channels) + "]");
    }
    if (dims[1] != dims[2] || dims[1] % 2 == 0) {
        weights.fail(std::to_string(dims[1]) + "x" + std::to_string(dims[2]) +
                     ", expected a square with an odd side, such as 3x3");
    }
    if (options.stride_h() != 1 || options.stride_w() != 1) {
        op.fail("stride " + std::to_string(options.stride_h()) + "x" +
                std::to_string(options.stride_w()) + ", expected 1x1");
    }
    if (dims[1] > 1 && (options.dilation_h_factor() != 1 || options.dilation_w_factor() != 1)) {
        op.fail("dilated, expected dilation 1x1");
    }
    if (dims[1] > 1 && options.padding() != tflite::Padding::SAME) {
        op.fail("without padding, expected SAME");
    }
    const bool relu = op.relu(options.fused_activation_function());
    Layer layer = linear(op, space::Conv2d{dims[0], dims[1], true}, weights, dims[0]);
    advance(op, {shape_.height, shape_.width, dims[0]});
    layer.name = name_of(op, "conv");
    if (relu) {
        fuse_relu(layer);
    }
    push(std::move(layer));
}

void LayerReader::read_dense(const OperatorView& op) {
    op.expect_inputs(2, 3);
    flowing(op);
    const auto& options = op.options<tflite::FullyConnectedOptions>();
    const TensorView weights = op.input(1, "weights");
    const std::vector<std::int64_t>& dims = weights.shape();
    if (shape_.height != 1 || shape_.width != 1) {
        op.fail("reads a " + to_string(shape_) + " map, expected 1x1 (a global average before it)");
    }
    if (dims.size() != 2 || dims[1] != shape_.channels) {
        weights.fail("expected the shape [outputs, " + std::to_string(shape_.channels) + "]");
    }
    if (options.weights_format() != tflite::FullyConnectedOptionsWeightsFormat::DEFAULT) {
        weights.fail("shuffled, expected the default format");
    }
    const bool relu = op.relu(options.fused_activation_function());
    Layer layer = linear(op, space::Dense{dims[0]}, weights, dims[0]);
    advance(op, {1, 1, dims[0]});
    layer.name = name_of(op, "dense");
    if (relu) {
        fuse_relu(layer);
    }
    push(std::move(layer));
}

}  // namespace nanonas::exporting
