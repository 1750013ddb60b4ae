#include "export/float_network.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "space/errors.hpp"
#include "space/passes/passes.hpp"

namespace nanonas::exporting {

namespace {

using space::Node;

std::size_t size(std::int64_t count) {
    return static_cast<std::size_t>(count);
}

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
    throw ExportError("layer '" + name + "': " + why);
}

[[noreturn]] void refuse_alone(const Node& node) {
    refuse(node.name, "a " + space::op_name(node.op) +
                          " can be exported only right after a convolution or dense layer");
}

[[noreturn]] void refuse_imported(const Node& node) {
    refuse(node.name,
           "a " + space::op_name(node.op) + " is exported only from the int8 file it came in");
}

/// What lower() left over that no device has a place for. A softmax that is left is not the last.
void check_lowered(const space::Network& network) {
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const Node& node = network.nodes[i];
        std::visit(space::Overloaded{
                       [](const space::Conv2d&) {},
                       [](const space::Dense&) {},
                       [](const space::MaxPool2d&) {},
                       [](const space::GlobalAveragePool&) {},
                       [&](const space::ChannelMul&) { refuse_imported(node); },
                       [&](const space::ChannelAdd&) { refuse_imported(node); },
                       [&](const space::Requantize&) { refuse_imported(node); },
                       [&](const space::BatchNorm&) { refuse_alone(node); },
                       [&](const space::Relu&) { refuse_alone(node); },
                       [&](const space::Dropout&) { refuse_alone(node); },
                       [&](const space::Softmax&) {
                           refuse(network.nodes[i + 1].name,
                                  "follows the softmax, which must be the last layer");
                       },
                   },
                   node.op);
    }
    if (network.nodes.empty()) {
        throw ExportError("the network has no layer to export");
    }
}

void check_finite(const FloatNetwork& network) {
    for (const Node& node : network.network.nodes) {
        for (const space::ParameterSpec& spec : space::parameters(node)) {
            const std::vector<float>& values = network.weights.at(spec.name).values;
            if (!std::all_of(values.begin(), values.end(),
                             [](float value) { return std::isfinite(value); })) {
                refuse(node.name, "a weight is not finite once batch norm is folded in");
            }
        }
    }
}

/// [out][in][taps] -> [out][taps][in].
std::vector<float> channels_last(const std::vector<float>& weights, std::int64_t in,
                                 std::int64_t area) {
    std::vector<float> result(weights.size());
    const auto outputs = static_cast<std::int64_t>(weights.size()) / (in * area);
    for (std::int64_t o = 0; o < outputs; ++o) {
        for (std::int64_t i = 0; i < in; ++i) {
            for (std::int64_t tap = 0; tap < area; ++tap) {
                result[size((o * area + tap) * in + i)] = weights[size((o * in + i) * area + tap)];
            }
        }
    }
    return result;
}

}  // namespace

FloatNetwork float_network(const space::TrainedNetwork& trained) {
    space::check_weights(trained.network, trained.weights);
    FloatNetwork network{trained.network, trained.weights, trained.preprocess};
    space::lower(network.network, &network.weights);
    space::require_chain(network.network);
    check_lowered(network.network);
    check_finite(network);
    return network;
}

bool is_linear(const space::Op& op) {
    return std::holds_alternative<space::Conv2d>(op) || std::holds_alternative<space::Dense>(op);
}

FloatLinear linear_of(const FloatNetwork& network, const Node& node) {
    const auto* conv = std::get_if<space::Conv2d>(&node.op);
    const auto* dense = std::get_if<space::Dense>(&node.op);
    if (conv == nullptr && dense == nullptr) {
        refuse(node.name, "a " + space::op_name(node.op) + " has no weights to multiply by");
    }
    const space::Activation activation = conv != nullptr ? conv->activation : dense->activation;
    const std::int64_t kernel = conv != nullptr ? conv->kernel : 1;
    return {node.name,
            dense != nullptr,
            activation == space::Activation::kRelu,
            kernel,
            node.input,
            node.output,
            channels_last(network.weights.at(node.name + ".weight").values, node.input.channels,
                          kernel * kernel),
            network.weights.at(node.name + ".bias").values};
}

NeverLowered::NeverLowered()
    : OtherOps{[] {
          throw std::logic_error("a float network holds an operator that is lowered away");
      }} {}

}  // namespace nanonas::exporting
