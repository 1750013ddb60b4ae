#include "export/onnx/op/linear.hpp"

#include <limits>

namespace nanonas::exporting {

namespace {

/// Readers of ONNX round a scaled accumulator once. The int8 network rounds as TFLite does, twice,
/// which takes results from 1/2 to 1 accumulator step below a tie up with it
/// (docs/decisions/010-onnx.md): with one step more, a single rounding is nearest to that. Below
/// zero it would be farther: only where a ReLU hides it.
std::vector<std::int32_t> bias_for_one_rounding(const Int8Layer& layer) {
    std::vector<std::int32_t> bias = layer.constants.bias;
    if (!layer.constants.one_rounding && layer.constants.clamp_min == layer.out.zero_point) {
        for (std::int32_t& value : bias) {
            value += value < std::numeric_limits<std::int32_t>::max() ? 1 : 0;
        }
    }
    return bias;
}

/// Weights in ONNX's order: [out][taps][in] -> [out][in][taps].
template <typename Number>
std::vector<Number> channels_first(const OnnxGraph::Dims& dims,
                                   const std::vector<Number>& weights) {
    const std::int64_t outputs = dims[0], inputs = dims[1];
    std::int64_t area = 1;
    for (std::size_t side = 2; side < dims.size(); ++side) {
        area *= dims[side];
    }
    std::vector<Number> result;
    result.reserve(weights.size());
    for (std::int64_t out = 0; out < outputs; ++out) {
        for (std::int64_t i = 0; i < inputs; ++i) {
            for (std::int64_t tap = 0; tap < area; ++tap) {
                result.push_back(
                    weights[static_cast<std::size_t>((out * area + tap) * inputs + i)]);
            }
        }
    }
    return result;
}

}  // namespace

void set_window(OnnxGraph& graph, const space::Window& window, const space::Shape& map) {
    graph.set("kernel_shape", OnnxGraph::Dims{window.height, window.width});
    graph.set("pads", OnnxGraph::Dims{window.top(map), window.left(map), window.bottom(map),
                                      window.right(map)});
    if (window.stride_height != 1 || window.stride_width != 1) {
        graph.set("strides", OnnxGraph::Dims{window.stride_height, window.stride_width});
    }
}

OnnxLayer read_linear(const OnnxNode& node, const OnnxConstant& weights, std::size_t outputs) {
    OnnxLayer layer;
    layer.weights = weights.reals;
    node.expect(!layer.weights.empty(),
                "weights: expected floats, or int8 behind a DequantizeLinear");
    if (!weights.dequantized()) {
        return layer;
    }
    node.expect(
        weights.scales.size() == 1 || (weights.axis == 0 && weights.scales.size() == outputs),
        "weights: " + std::to_string(weights.scales.size()) +
            " scales, expected one or one per output");
    for (std::size_t i = 0; i < weights.integers.size(); ++i) {
        const std::int64_t step = weights.integers[i] - weights.zeros[weights.scale_of(i)];
        if (step < -128 || step > 127) {
            layer.steps.clear();  // uint8 whose zero point is not 128: no int8 of ours
            return layer;
        }
        layer.steps.push_back(static_cast<std::int8_t>(step));
    }
    layer.scales = weights.scales;
    layer.scales.resize(outputs, layer.scales.front());
    return layer;
}

void read_bias(const GraphReader& reader, const OnnxNode& node, int position, OnnxLayer& layer,
               std::size_t outputs) {
    layer.bias.assign(outputs, 0.0);
    if (node.has_input(position)) {
        layer.bias = reader.constant(node, position, "bias").exact();
        node.expect(layer.bias.size() == outputs, "bias: " + std::to_string(layer.bias.size()) +
                                                      " values, expected " +
                                                      std::to_string(outputs));
    }
}

void write_int8_linear(OnnxInt8Builder& builder, const Int8Layer& layer, const OnnxLinear& linear) {
    const std::string& name = layer.node.name;
    const Int8Constants& constants = layer.constants;
    OnnxGraph& graph = builder.graph();
    builder.dequantize();
    std::vector<float> bias_scales;
    for (const float scale : constants.weight_scales) {
        bias_scales.push_back(layer.in.scale * scale);
    }
    const std::string weights = builder.dequantized(
        name + ".weight", linear.weights, channels_first(linear.weights, constants.weights),
        constants.weight_scales);
    const std::string bias = builder.dequantized(name + ".bias", {linear.weights.front()},
                                                 bias_for_one_rounding(layer), bias_scales);
    builder.value =
        linear.node(graph, layer.node, name + linear.suffix, {builder.value, weights, bias});
    end_int8(builder, layer);
}

void end_int8(OnnxInt8Builder& builder, const Int8Layer& layer) {
    const std::string& name = layer.node.name;
    const Int8Constants& constants = layer.constants;
    OnnxGraph& graph = builder.graph();
    const bool whole = constants.clamp_min == -128 && constants.clamp_max == 127;
    const bool relu = constants.clamp_min == layer.out.zero_point && constants.clamp_max == 127;
    if (relu) {
        builder.value = graph.node("Relu", name + ".relu", {builder.value});
    } else if (!whole) {
        const auto real = [&](std::int8_t q) {
            return std::vector<float>{layer.out.scale *
                                      static_cast<float>(q - layer.out.zero_point)};
        };
        const std::string low = graph.constant(name + ".low", {}, real(constants.clamp_min));
        const std::string high = graph.constant(name + ".high", {}, real(constants.clamp_max));
        builder.value = graph.node("Clip", name + ".clip", {builder.value, low, high});
    }
    builder.parameters(name, layer.out);
    builder.quantize(name);
}

void write_float_linear(OnnxFloatBuilder& builder, const FloatLinear& layer,
                        const space::Node& node, const OnnxLinear& linear) {
    OnnxGraph& graph = builder.graph();
    const std::string weights = graph.constant(layer.name + ".weight", linear.weights,
                                               channels_first(linear.weights, layer.weights));
    const std::string bias =
        graph.constant(layer.name + ".bias", {linear.weights.front()}, layer.bias);
    builder.value = linear.node(graph, node, layer.name, {builder.value, weights, bias});
    if (layer.relu) {
        builder.value = graph.node("Relu", layer.name + ".relu", {builder.value});
    }
}

}  // namespace nanonas::exporting
