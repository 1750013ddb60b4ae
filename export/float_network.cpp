#include "export/float_network.hpp"

#include <algorithm>
#include <cmath>

#include "export/op/ops.hpp"
#include "space/errors.hpp"
#include "space/passes/passes.hpp"

namespace nanonas::exporting {

namespace {

using space::Node;

void check_lowered(const space::Network& network) {
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        float_op(network.nodes[i]).check(network, i);
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
                refuse_layer(node.name, "a weight is not finite once batch norm is folded in");
            }
        }
    }
}

}  // namespace

FloatNetwork float_network(const space::TrainedNetwork& trained) {
    space::check_weights(trained.network, trained.weights);
    FloatNetwork network{trained.network, trained.weights, trained.preprocess};
    space::lower(network.network, &network.weights);
    check_lowered(network.network);
    check_finite(network);
    return network;
}

void check_float(const FloatNetwork& network) {
    space::check_weights(network.network, network.weights);
    check_lowered(network.network);
}

float FloatNetwork::ceiling(const Node& node) const {
    const auto found = ceilings.find(node.name);
    return found == ceilings.end() ? std::numeric_limits<float>::infinity() : found->second;
}

bool is_linear(const space::Op& op) {
    return std::visit([](const auto& one) { return float_op(one).linear != nullptr; }, op);
}

FloatLinear linear_of(const FloatNetwork& network, const Node& node) {
    if (!is_linear(node.op)) {
        refuse_layer(node.name, "a " + space::op_name(node.op) + " has no weights to multiply by");
    }
    return float_op(node).linear(network, node);
}

}  // namespace nanonas::exporting
