#include "export/op/linear.hpp"

namespace nanonas::exporting {

namespace {

FloatLinear linear(const FloatNetwork& network, const space::Node& node) {
    const auto& conv = std::get<space::Conv2d>(node.op);
    return {node.name,
            false,
            conv.activation == space::Activation::kRelu,
            conv.kernel,
            node.input,
            node.output,
            channels_last(network.weights.at(node.name + ".weight").values, node.input.channels,
                          conv.kernel * conv.kernel),
            network.weights.at(node.name + ".bias").values};
}

}  // namespace

FloatOp float_op(const space::Conv2d&) {
    return {check_nothing, linear, run_linear};
}

}  // namespace nanonas::exporting
