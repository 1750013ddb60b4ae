// What operators make of the layers that were read before them.
#include <algorithm>
#include <cmath>

#include "export/onnx/reader/graph_reader.hpp"

namespace nanonas::exporting {

namespace {

using Flow = GraphReader::Flow;

/// Weights of one are this many steps.
constexpr std::int8_t kOneStep = 127;

}  // namespace

OnnxLayer* GraphReader::open_layer(const Flow& flow) {
    return flow.value == 0 || flow.shared || params(flow.value) ? nullptr
                                                                : &made_.layers[flow.value - 1];
}

void GraphReader::set_dims(Flow& flow) const {
    const space::Shape map = shape(flow);
    for (std::size_t i = 0; i < flow.axes.size(); ++i) {
        flow.dims[i] = flow.axes[i] == "C"   ? map.channels
                       : flow.axes[i] == "H" ? map.height
                       : flow.axes[i] == "W" ? map.width
                                             : 1;
    }
    flow.shared = false;
    flow.stored = false;
}

void GraphReader::scale_channels(const OnnxNode& node, Flow& flow,
                                 const std::vector<double>& factors,
                                 const std::vector<double>& shifts) {
    OnnxLayer* const layer = open_layer(flow);
    const bool folds =
        layer != nullptr && !layer->bias.empty() &&
        *space::activation_of(node_of(flow).op) == space::Activation::kNone &&
        std::find(layer->steps.begin(), layer->steps.end(), -128) == layer->steps.end();
    if (!folds) {
        return identity_depthwise(node, flow, factors, shifts);
    }
    const std::size_t taps = layer->weights.size() / factors.size();
    for (std::size_t o = 0; o < factors.size(); ++o) {
        for (std::size_t tap = o * taps; tap < (o + 1) * taps; ++tap) {
            layer->weights[tap] =
                static_cast<float>(static_cast<double>(layer->weights[tap]) * factors[o]);
            if (!layer->steps.empty() && factors[o] <= 0.0) {
                layer->steps[tap] =
                    static_cast<std::int8_t>(factors[o] == 0.0 ? 0 : -layer->steps[tap]);
            }
        }
        if (!layer->steps.empty() && factors[o] != 0.0) {
            layer->scales[o] =
                static_cast<float>(static_cast<double>(layer->scales[o]) * std::abs(factors[o]));
        }
        layer->bias[o] = layer->bias[o] * factors[o] + shifts[o];
    }
}

void GraphReader::identity_depthwise(const OnnxNode& node, Flow& flow,
                                     const std::vector<double>& factors,
                                     const std::vector<double>& shifts) {
    OnnxLayer layer;
    layer.bias = shifts;
    for (const double factor : factors) {
        layer.weights.push_back(static_cast<float>(factor));
        layer.steps.push_back(factor == 0.0  ? std::int8_t{0}
                              : factor < 0.0 ? static_cast<std::int8_t>(-kOneStep)
                                             : kOneStep);
        layer.scales.push_back(
            static_cast<float>(factor == 0.0 ? 1.0 : std::abs(factor) / kOneStep));
    }
    const space::Window one{1, 1, 1, 1, space::Padding::kValid};
    flow.value = push(node, "scale", space::DepthwiseConv2d::of(1, one, true), {flow.value},
                      std::move(layer));
    flow.shared = false;
}

void GraphReader::rectify(const OnnxNode& node, Flow& flow, float ceiling) {
    const auto activation = [&] {
        return open_layer(flow) == nullptr ? nullptr : space::activation_of(node_of(flow).op);
    };
    if (activation() == nullptr) {
        const auto channels = static_cast<std::size_t>(shape(flow).channels);
        identity_depthwise(node, flow, std::vector<double>(channels, 1.0),
                           std::vector<double>(channels, 0.0));
    }
    *activation() = space::Activation::kRelu;
    OnnxLayer& layer = made_.layers[flow.value - 1];
    layer.ceiling = std::min(layer.ceiling, ceiling);
}

bool GraphReader::never_negative(const Flow& flow) const {
    for (space::Value value = flow.value; value > 0;) {
        const space::Node& node = made_.network.nodes[value - 1];
        const OnnxLayer& layer = made_.layers[value - 1];
        if (space::activation_of(node.op) == space::Activation::kRelu ||
            (layer.params && layer.params->zero_point == -128)) {
            return true;
        }
        if (!keeps_params(node.op) && !std::holds_alternative<space::GlobalAveragePool>(node.op)) {
            return false;
        }
        value = node.inputs.front();
    }
    return made_.input && made_.input->zero_point == -128;
}

std::vector<double> GraphReader::per_channel(const OnnxNode& node, const Flow& flow,
                                             int position) const {
    const OnnxConstant values = constant(node, position, "constants");
    std::vector<double> result = values.exact();
    const auto channels = static_cast<std::size_t>(shape(flow).channels);
    if (result.size() == 1) {
        result.assign(channels, result.front());
        return result;
    }
    // Dimensions meet from the last on.
    bool fits = values.dims.size() <= flow.dims.size() && result.size() == channels;
    for (std::size_t i = 0; fits && i < values.dims.size(); ++i) {
        const std::size_t at = flow.dims.size() - values.dims.size() + i;
        fits = values.dims[i] == 1 || flow.axes[at] == "C";
    }
    node.expect(fits, "constants of shape " + dims_text(values.dims) + " for a " +
                          dims_text(flow.dims) + " map, expected one or one per channel");
    return result;
}

void GraphReader::quantize(const OnnxNode& node, Flow& flow, const QuantParams& wanted) {
    std::optional<QuantParams>& now = params(flow.value);
    if (!now) {
        node.expect(!flow.shared, "quantizes what other operators read as floats");
        // What keeps parameters has those of what it reads.
        space::Value source = flow.value;
        while (source > 0 && !params(source) && keeps_params(made_.network.nodes[source - 1].op)) {
            source = made_.network.nodes[source - 1].inputs.front();
        }
        const bool softmax =
            flow.value > 0 && std::holds_alternative<space::Softmax>(node_of(flow).op);
        now = softmax                ? QuantParams{1.0F / 256.0F, -128}
              : source == flow.value ? wanted
                                     : params(source);
        node.expect(now.has_value(), "quantizes a map that was not quantized before it");
    }
    if (!(*now == wanted)) {
        OnnxLayer layer;
        layer.params = wanted;
        flow.value = push(node, "requantize", space::Requantize{}, {flow.value}, std::move(layer));
        flow.shared = false;
    }
    flow.stored = true;
}

}  // namespace nanonas::exporting
