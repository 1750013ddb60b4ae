#include "space/passes/rewrite.hpp"

#include <algorithm>

namespace nanonas::space {

std::size_t readers(const Network& network, Value value) {
    std::size_t count = value == network.nodes.size() ? 1 : 0;
    for (const Node& node : network.nodes) {
        count +=
            static_cast<std::size_t>(std::count(node.inputs.begin(), node.inputs.end(), value));
    }
    return count;
}

Node* only_source(Network& network, const Node& node) {
    const Value value = node.inputs.front();
    const bool alone = value > 0 && readers(network, value) == 1;
    return alone ? &network.nodes[value - 1] : nullptr;
}

void bypass(Network& network, std::size_t index) {
    const Value written = index + 1;
    const Value read = network.nodes[index].inputs.front();
    network.nodes.erase(network.nodes.begin() + static_cast<std::ptrdiff_t>(index));
    for (Node& node : network.nodes) {
        for (Value& value : node.inputs) {
            value = value == written ? read : value > written ? value - 1 : value;
        }
    }
}

}  // namespace nanonas::space
