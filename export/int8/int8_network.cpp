#include "export/int8/int8_network.hpp"

#include <utility>

#include "export/int8/op/ops.hpp"

namespace nanonas::exporting {

void Int8Network::add(std::string name, space::Op op, Int8Constants node_constants,
                      const QuantParams& out) {
    add(std::move(name), std::move(op), {network.nodes.size()}, std::move(node_constants), out);
}

space::Value Int8Network::add(std::string name, space::Op op, std::vector<space::Value> inputs,
                              Int8Constants node_constants, const QuantParams& out) {
    const space::Value written = network.add(std::move(name), std::move(op), std::move(inputs));
    constants.push_back(std::move(node_constants));
    values.push_back(out);
    return written;
}

Int8Layer layer_of(const Int8Network& network, std::size_t node) {
    const space::Node& here = network.network.nodes[node];
    return {here, network.constants[node], network.values[here.inputs.front()],
            network.values[node + 1], network.values[here.inputs.back()]};
}

std::vector<float> dequantized(const std::vector<std::int8_t>& values, const QuantParams& params) {
    std::vector<float> real;
    for (const std::int8_t value : values) {
        real.push_back(params.scale * static_cast<float>(value - params.zero_point));
    }
    return real;
}

std::string kind_name(const Int8Layer& layer) {
    return int8_op(layer.node).name(layer);
}

Int8Network rounded_twice(Int8Network network) {
    for (Int8Constants& constants : network.constants) {
        constants.one_rounding = false;
    }
    return network;
}

}  // namespace nanonas::exporting
