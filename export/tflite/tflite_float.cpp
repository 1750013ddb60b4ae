#include "export/tflite/tflite_float.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "export/tflite/tflite_parts.hpp"
#include "space/errors.hpp"
#include "space/little_endian.hpp"

namespace nanonas::exporting {

namespace {

using tflite::BuiltinOperator;
using tflite::TensorType;

constexpr float kWeightSteps = 127.0F;
constexpr std::int32_t kHybridConvPerChannel = 5;
constexpr std::int32_t kHybridDenseAsymmetric = 9;
constexpr std::int32_t kFromHalf = 3;
constexpr std::uint16_t kHalfInfinity = 0x7C00;

TfliteTensor float_tensor(const std::string& name, std::vector<std::int32_t> shape) {
    TfliteTensor tensor;
    tensor.name = name;
    tensor.shape = std::move(shape);
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

class Builder {
  public:
    Builder(TfliteGraph& graph, Precision precision) : graph_(graph), precision_(precision) {}

    void add(const FloatLinear& layer) {
        require_odd_kernel(layer.name, layer.kernel);
        const bool hybrid = precision_ == Precision::kDynamic;
        TfliteOperator node;
        node.kind = layer.dense ? BuiltinOperator::FULLY_CONNECTED : BuiltinOperator::CONV_2D;
        node.version = !hybrid ? 1 : layer.dense ? kHybridDenseAsymmetric : kHybridConvPerChannel;
        node.relu = layer.relu;
        node.asymmetric_inputs = hybrid && layer.dense;
        TfliteTensor weights =
            float_tensor(layer.name + ".weight",
                         weight_shape(layer.dense, layer.kernel, layer.input, layer.output));
        std::int32_t weights_index = 0;
        if (hybrid) {
            round_weights(weights, layer);
            weights_index = graph_.add(std::move(weights));
        } else {
            weights_index = constant(std::move(weights), layer.weights, layer.name);
        }
        const std::int32_t bias = constant(
            float_tensor(layer.name + ".bias", {static_cast<std::int32_t>(layer.output.channels)}),
            layer.bias, layer.name);
        node.inputs = {value_, weights_index, bias};
        finish(std::move(node), layer.name, linear_output(layer.dense, layer.output));
    }

    void add_max_pool(const space::Node& layer, std::int64_t side) {
        TfliteOperator node = pool_node(BuiltinOperator::MAX_POOL_2D, side, side);
        node.inputs = {value_};
        finish(std::move(node), layer.name, map_shape(layer.output));
    }

    void add_average_pool(const space::Node& layer) {
        if (layer.input.height == 1 && layer.input.width == 1) {
            return;  // the mean of one value
        }
        TfliteOperator node =
            pool_node(BuiltinOperator::AVERAGE_POOL_2D, layer.input.height, layer.input.width);
        node.inputs = {value_};
        finish(std::move(node), layer.name, map_shape(layer.output));
    }

    void start(std::int32_t value) { value_ = value; }
    std::int32_t value() const { return value_; }

  private:
    /// A float constant, or a half-precision one and the float that a DEQUANTIZE makes of it.
    std::int32_t constant(TfliteTensor tensor, const std::vector<float>& values,
                          const std::string& layer) {
        if (precision_ != Precision::kFloat16) {
            tensor.data = little_endian(values);
            return graph_.add(std::move(tensor));
        }
        TfliteTensor result = float_tensor(tensor.name, tensor.shape);
        tensor.name += ".float16";
        tensor.type = TensorType::FLOAT16;
        std::vector<std::uint16_t> halves;
        for (const float value : values) {
            halves.push_back(half_bits(value));
            if ((halves.back() & kHalfInfinity) == kHalfInfinity) {
                throw ExportError("layer '" + layer + "': a weight of " + std::to_string(value) +
                                  " is beyond float16; use float32");
            }
        }
        tensor.data = little_endian(halves);
        TfliteOperator node;
        node.kind = BuiltinOperator::DEQUANTIZE;
        node.version = kFromHalf;
        node.inputs = {graph_.add(std::move(tensor))};
        const std::int32_t made = graph_.add(std::move(result));
        node.outputs = {made};
        graph_.operators.push_back(std::move(node));
        return made;
    }

    void finish(TfliteOperator node, const std::string& name, std::vector<std::int32_t> shape) {
        value_ = graph_.add(float_tensor(name, std::move(shape)));
        node.outputs = {value_};
        graph_.operators.push_back(std::move(node));
    }

    TfliteGraph& graph_;
    Precision precision_;
    std::int32_t value_ = 0;
};

}  // namespace

std::uint16_t half_bits(float value) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    const auto sign = static_cast<std::uint16_t>((bits >> 16U) & 0x8000U);
    const std::int32_t exponent = static_cast<std::int32_t>((bits >> 23U) & 0xFFU) - 127;
    const std::uint32_t mantissa = (bits & 0x7FFFFFU) | 0x800000U;  // 1.m as 24 bits
    if (exponent > 15) {
        return static_cast<std::uint16_t>(sign | kHalfInfinity);
    }
    // Bits of the 24 that half precision drops: 13, more below its least normal exponent -14.
    const std::int32_t dropped = 13 + std::max(0, -14 - exponent);
    if (dropped > 24) {
        return sign;
    }
    const auto shift = static_cast<std::uint32_t>(dropped);
    std::uint32_t kept = mantissa >> shift;
    const std::uint32_t rest = mantissa & ((1U << shift) - 1U);
    const std::uint32_t half = 1U << (shift - 1U);
    if (rest > half || (rest == half && (kept & 1U) != 0)) {
        ++kept;  // may carry into the exponent, which is what rounding up means
    }
    // `kept` holds the leading one (bit 10) of a normal number: it adds 1 to the exponent field.
    const std::uint32_t field = exponent < -14 ? 0U : static_cast<std::uint32_t>(exponent + 14);
    return static_cast<std::uint16_t>(sign | ((field << 10U) + kept));
}

TfliteGraph tflite_float_graph(const FloatNetwork& network, Precision precision) {
    TfliteGraph graph;
    graph.input = graph.add(float_tensor("input", map_shape(network.network.input)));
    Builder builder(graph, precision);
    builder.start(graph.input);
    for (const space::Node& node : network.network.nodes) {
        std::visit(space::Overloaded{
                       [&](const space::Conv2d&) { builder.add(linear_of(network, node)); },
                       [&](const space::Dense&) { builder.add(linear_of(network, node)); },
                       [&](const space::MaxPool2d& pool) { builder.add_max_pool(node, pool.size); },
                       [&](const space::GlobalAveragePool&) { builder.add_average_pool(node); },
                       NeverLowered{},
                   },
                   node.op);
    }
    graph.output = builder.value();
    return graph;
}

}  // namespace nanonas::exporting
