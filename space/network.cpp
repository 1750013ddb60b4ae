#include "space/network.hpp"

#include <algorithm>
#include <utility>

#include "space/errors.hpp"

namespace nanonas::space {

namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
    throw NetworkError("layer '" + name + "': " + why);
}

}  // namespace

Network& Network::add(std::string name, Op op) {
    add(std::move(name), std::move(op), {nodes.size()});
    return *this;
}

Value Network::add(std::string name, Op op, std::vector<Value> inputs) {
    const bool taken = std::any_of(nodes.begin(), nodes.end(),
                                   [&](const Node& node) { return node.name == name; });
    if (name.empty() || taken) {
        refuse(name, "needs a name of its own");
    }
    const std::size_t wanted = std::visit([](const auto& one) { return one.kInputs; }, op);
    if (inputs.size() != wanted) {
        refuse(name, "a " + op_name(op) + " reads " + std::to_string(wanted) + " values, not " +
                         std::to_string(inputs.size()));
    }
    std::vector<Shape> shapes;
    for (const Value value : inputs) {
        if (value > nodes.size()) {
            refuse(name, "reads value " + std::to_string(value) + ", which is not there yet");
        }
        shapes.push_back(shape(value));
    }
    Shape output;
    try {
        output = std::visit([&](const auto& one) { return one.output(shapes); }, op);
    } catch (const NetworkError& error) {
        refuse(name, error.what());
    }
    nodes.push_back({std::move(name), std::move(op), shapes[0], output, std::move(inputs), {}});
    return nodes.size();
}

void require_chain(const Network& network) {
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        if (network.nodes[i].inputs != std::vector<Value>{i}) {
            refuse(network.nodes[i].name,
                   "does not read what the layer before it writes; only chains are handled here");
        }
    }
}

bool operator==(const Network& a, const Network& b) {
    return a.input == b.input && std::equal(a.nodes.begin(), a.nodes.end(), b.nodes.begin(),
                                            b.nodes.end(), [](const Node& x, const Node& y) {
                                                return x.name == y.name && x.inputs == y.inputs &&
                                                       same_op(x.op, y.op);
                                            });
}

std::vector<ParameterSpec> parameters(const Node& node) {
    auto specs = std::visit([&](const auto& one) { return one.parameters({node.input}); }, node.op);
    for (ParameterSpec& spec : specs) {
        spec.name.insert(0, node.name);
    }
    return specs;
}

std::vector<ParameterSpec> parameters(const Network& network) {
    std::vector<ParameterSpec> all;
    for (const Node& node : network.nodes) {
        for (ParameterSpec& spec : parameters(node)) {
            all.push_back(std::move(spec));
        }
    }
    return all;
}

std::int64_t macc(const Node& node) {
    return std::visit([&](const auto& one) { return one.macc({node.input}); }, node.op);
}

std::int64_t macc(const Network& network) {
    std::int64_t total = 0;
    for (const Node& node : network.nodes) {
        total += macc(node);
    }
    return total;
}

}  // namespace nanonas::space
