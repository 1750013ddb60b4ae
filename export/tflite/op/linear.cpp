#include "export/tflite/op/linear.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "export/int8/multiplier.hpp"
#include "space/errors.hpp"
#include "space/little_endian.hpp"

namespace nanonas::exporting {

namespace {

using tflite::TensorType;

constexpr float kWeightSteps = 127.0F;

bool one_scale(const Int8Layer& layer) {
    const std::vector<float>& scales = layer.constants.weight_scales;
    return std::all_of(scales.begin(), scales.end(),
                       [&](float scale) { return scale == scales.front(); });
}

TfliteTensor weights_of(const Int8Layer& layer, const TfliteLinear& linear) {
    TfliteTensor tensor;
    tensor.name = layer.node.name + ".weight";
    tensor.shape = linear.weights;
    tensor.type = TensorType::INT8;
    tensor.scales = layer.constants.weight_scales;
    if (linear.dense && one_scale(layer)) {
        tensor.scales.resize(1);
    }
    std::vector<std::int8_t> weights = layer.constants.weights;
    if (linear.depth_multiplier > 0) {
        weights = outputs_last(weights, layer.constants.bias.size());
        tensor.quantized_dimension = 3;
    }
    tensor.data.assign(weights.begin(), weights.end());
    return tensor;
}

TfliteTensor bias_of(const Int8Layer& layer, const TfliteLinear& linear) {
    TfliteTensor tensor;
    tensor.name = layer.node.name + ".bias";
    tensor.shape = {static_cast<std::int32_t>(layer.node.output.channels)};
    tensor.type = TensorType::INT32;
    for (const float scale : layer.constants.weight_scales) {
        tensor.scales.push_back(layer.in.scale * scale);
    }
    if (linear.dense && one_scale(layer)) {
        tensor.scales.resize(1);
    }
    tensor.data = little_endian(layer.constants.bias);
    return tensor;
}

/// Makes `tensor` hold int8 values of `weights` [outputs][taps], one scale per output or one.
void round_weights(TfliteTensor& tensor, const FloatLinear& layer) {
    const auto taps = static_cast<std::size_t>(layer.taps());
    std::vector<float> peaks(layer.bias.size(), 0.0F);
    for (std::size_t i = 0; i < layer.weights.size(); ++i) {
        peaks[i / taps] = std::max(peaks[i / taps], std::abs(layer.weights[i]));
    }
    if (layer.dense) {
        peaks.assign(peaks.size(), *std::max_element(peaks.begin(), peaks.end()));
    }
    tensor.type = TensorType::INT8;
    for (const float peak : peaks) {
        const float scale = peak / kWeightSteps;
        tensor.scales.push_back(std::isnormal(scale) ? scale : 1.0F);
    }
    for (std::size_t i = 0; i < layer.weights.size(); ++i) {
        const float steps = std::round(layer.weights[i] / tensor.scales[i / taps]);
        tensor.data.push_back(static_cast<char>(std::clamp(steps, -kWeightSteps, kWeightSteps)));
    }
    if (layer.dense) {
        tensor.scales.resize(1);
    }
}

}  // namespace

void write_int8_linear(TfliteInt8Builder& builder, const Int8Layer& layer,
                       const TfliteLinear& linear) {
    const space::Node& from = layer.node;
    TfliteOperator node = clamped_operator(layer, linear.kind, linear.int8_version);
    node.window = linear.window;
    node.depth_multiplier = linear.depth_multiplier;
    const std::int32_t weights = builder.constant(weights_of(layer, linear));
    const std::int32_t bias = builder.constant(bias_of(layer, linear));
    builder.add(std::move(node), {weights, bias}, from.name, linear.output, layer.out);
}

void write_float_linear(TfliteFloatBuilder& builder, const FloatLinear& layer,
                        const TfliteLinear& linear) {
    TfliteOperator node;
    node.kind = linear.kind;
    node.version = builder.hybrid() ? linear.hybrid_version : 1;
    node.relu = layer.relu;
    node.window = linear.window;
    node.depth_multiplier = linear.depth_multiplier;
    node.asymmetric_inputs = builder.hybrid() && linear.dense;
    TfliteTensor weights = float_tensor(layer.name + ".weight", linear.weights);
    std::int32_t weights_index = 0;
    const bool outputs_behind = linear.depth_multiplier > 0;
    if (builder.hybrid()) {
        round_weights(weights, layer);
        if (outputs_behind) {
            weights.data = outputs_last(weights.data, layer.bias.size());
            weights.quantized_dimension = 3;
        }
        weights_index = builder.constant(std::move(weights));
    } else {
        weights_index = builder.constant(
            std::move(weights),
            outputs_behind ? outputs_last(layer.weights, layer.bias.size()) : layer.weights,
            layer.name);
    }
    const std::int32_t bias = builder.constant(
        float_tensor(layer.name + ".bias", {static_cast<std::int32_t>(layer.output.channels)}),
        layer.bias, layer.name);
    builder.add(std::move(node), {weights_index, bias}, layer.name, linear.output);
}

LayerReader::Layer read_linear(const LayerReader& reader, const OperatorView& op, space::Op kind,
                               std::vector<std::int8_t> weights, std::vector<float> scales,
                               std::int64_t output_count) {
    const auto outputs = static_cast<std::size_t>(output_count);
    op.output().expect_type(TensorType::INT8);
    LayerReader::Layer layer{{}, std::move(kind)};
    layer.out = op.output().params();
    Int8Constants& constants = layer.constants;
    constants.weights = std::move(weights);
    constants.weight_scales = std::move(scales);
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
            reader.multiplier(op, scale_ratio(reader.params().scale, constants.weight_scales[o],
                                              layer.out.scale, one_dense_scale)));
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

}  // namespace nanonas::exporting
