#include "export/tflite/reader/layer_reader.hpp"

#include <limits>

#include "export/quantize/multiplier.hpp"

namespace nanonas::exporting {

namespace {

using tflite::TensorType;

}  // namespace

void LayerReader::fill_linear(const OperatorView& op, const TensorView& weights, bool relu,
                              QuantizedLinear& layer) const {
    const auto outputs = static_cast<std::size_t>(layer.output.channels);
    layer.in = params_;
    layer.out = op.output().params();
    layer.weights = weights.int8_values();
    layer.weight_scales = weights.weight_scales(layer.output.channels);
    const bool one_dense_scale = layer.dense && layer.weight_scales.size() == 1;
    layer.one_rounding = layer.dense;
    layer.weight_scales.resize(outputs, layer.weight_scales.front());
    layer.bias.assign(outputs, 0);
    if (op.has_input(2)) {
        const TensorView bias = op.input(2, "biases");
        layer.bias = bias.int32_values();
        if (layer.bias.size() != outputs) {
            bias.fail(std::to_string(layer.bias.size()) + " values, expected " +
                      std::to_string(outputs));
        }
    }
    const std::size_t taps = layer.weights.size() / outputs;
    for (std::size_t o = 0; o < outputs; ++o) {
        layer.multipliers.push_back(multiplier(
            op,
            scale_ratio(layer.in.scale, layer.weight_scales[o], layer.out.scale, one_dense_scale)));
        std::int64_t reach = 0;
        for (std::size_t tap = o * taps; tap < (o + 1) * taps; ++tap) {
            reach += std::abs(std::int64_t{layer.weights[tap]}) * 255;
        }
        if (reach + std::abs(std::int64_t{layer.bias[o]}) >
            std::numeric_limits<std::int32_t>::max()) {
            op.fail("sums of output channel " + std::to_string(o) +
                    " could overflow an int32 accumulator");
        }
    }
    if (relu) {
        layer.clamp_min = static_cast<std::int8_t>(layer.out.zero_point);
    }
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
    QuantizedLinear layer;
    layer.kernel = dims[1];
    layer.input = shape_;
    layer.output = {shape_.height, shape_.width, dims[0]};
    op.output().expect_type(TensorType::INT8);
    fill_linear(op, weights, relu, layer);
    advance(op, layer.output);
    layer.name = name_of(op, "conv");
    params_ = layer.out;
    add_source(layer.name, space::Conv2d{dims[0], dims[1], true}, relu);
    push(std::move(layer), shape_.elements());
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
    QuantizedLinear layer;
    layer.dense = true;
    layer.kernel = 1;
    layer.input = shape_;
    layer.output = {1, 1, dims[0]};
    op.output().expect_type(TensorType::INT8);
    fill_linear(op, weights, relu, layer);
    advance(op, layer.output);
    layer.name = name_of(op, "dense");
    params_ = layer.out;
    add_source(layer.name, space::Dense{dims[0]}, relu);
    push(std::move(layer), shape_.elements());
}

}  // namespace nanonas::exporting
