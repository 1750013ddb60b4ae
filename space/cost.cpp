#include <algorithm>

#include "space/cost.hpp"

namespace nanonas::space {

namespace {

/// int8 weights and int32 biases; a folded convolution always has a bias.
std::int64_t weight_bytes(const Node& layer) {
    using Bytes = std::int64_t;
    constexpr Bytes kBiasBytes = 4;
    return std::visit(Overloaded{
                          [&](const Conv2d& conv) {
                              const Bytes taps = layer.input.channels * conv.kernel * conv.kernel;
                              return conv.out_channels * (taps + kBiasBytes);
                          },
                          [](const BatchNorm&) { return Bytes{0}; },
                          [](const Relu&) { return Bytes{0}; },
                          [](const MaxPool2d&) { return Bytes{0}; },
                          [](const GlobalAveragePool&) { return Bytes{0}; },
                          [](const Dropout&) { return Bytes{0}; },
                          [&](const Dense& dense) {
                              return dense.out_features * (layer.input.elements() + kBiasBytes);
                          },
                          [](const Softmax&) { return Bytes{0}; },
                          [](const Requantize&) { return Bytes{0}; },
                          [&](const ChannelMul&) { return layer.input.channels; },
                          [&](const ChannelAdd&) { return layer.input.channels; },
                      },
                      layer.op);
}

/// Whether the layer reads one map and writes another once the network is lowered, instead of
/// changing the values where they are. The device
/// emits logits: their order is that of the probabilities, so softmax vanishes too.
bool moves_data(const Node& layer) {
    return std::visit(Overloaded{
                          [](const Conv2d&) { return true; },
                          [](const BatchNorm&) { return false; },
                          [](const Relu&) { return false; },
                          [](const MaxPool2d&) { return true; },
                          [](const GlobalAveragePool&) { return true; },
                          [](const Dropout&) { return false; },
                          [](const Dense&) { return true; },
                          [](const Softmax&) { return false; },
                          [](const Requantize&) { return false; },
                          [](const ChannelMul&) { return false; },
                          [](const ChannelAdd&) { return false; },
                      },
                      layer.op);
}

}  // namespace

CostReport layer_costs(const Network& network) {
    CostReport report;
    for (const Node& layer : network.nodes) {
        LayerCost cost;
        cost.name = layer.name;
        cost.kind = op_name(layer.op);
        cost.input = layer.input;
        cost.output = layer.output;
        cost.macc = macc(layer);
        cost.weight_bytes = weight_bytes(layer);
        cost.tensor_bytes =
            moves_data(layer) ? layer.input.elements() + layer.output.elements() : 0;
        report.macc += cost.macc;
        report.weight_bytes += cost.weight_bytes;
        report.peak_tensor_bytes = std::max(report.peak_tensor_bytes, cost.tensor_bytes);
        report.layers.push_back(std::move(cost));
    }
    return report;
}

}  // namespace nanonas::space
