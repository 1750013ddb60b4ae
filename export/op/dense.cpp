#include "export/op/linear.hpp"

namespace nanonas::exporting {

namespace {

FloatLinear linear(const FloatNetwork& network, const space::Node& node) {
    const auto& dense = std::get<space::Dense>(node.op);
    return {node.name,
            true,
            dense.activation == space::Activation::kRelu,
            {},
            node.input.channels,
            node.input,
            node.output,
            network.weights.at(node.name + ".weight").values,
            network.weights.at(node.name + ".bias").values,
            network.ceiling(node)};
}

}  // namespace

FloatOp float_op(const space::Dense&) {
    return {check_nothing, linear, run_linear};
}

}  // namespace nanonas::exporting
