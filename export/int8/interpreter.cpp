#include "export/int8/interpreter.hpp"

#include <algorithm>

#include "export/int8/op/ops.hpp"

namespace nanonas::exporting {

Int8Interpreter::Int8Interpreter(const Int8Network& network)
    : network_(network), input_(static_cast<std::size_t>(network.network.input.elements())) {
    for (const space::Node& node : network.network.nodes) {
        activations_.emplace_back(static_cast<std::size_t>(node.output.elements()));
    }
}

const std::vector<std::int8_t>& Int8Interpreter::run(const std::uint8_t* pixels) {
    std::transform(pixels, pixels + input_.size(), input_.begin(),
                   [](std::uint8_t pixel) { return static_cast<std::int8_t>(pixel - 128); });
    for (std::size_t i = 0; i < activations_.size(); ++i) {
        const Int8Layer layer = layer_of(network_, i);
        run_int8_layer(layer, maps_read(layer.node, input_, activations_), activations_[i]);
    }
    return activations_.empty() ? input_ : activations_.back();
}

std::vector<const std::vector<std::int8_t>*> maps_read(
    const space::Node& node, const std::vector<std::int8_t>& input,
    const std::vector<std::vector<std::int8_t>>& activations) {
    std::vector<const std::vector<std::int8_t>*> maps;
    for (const space::Value value : node.inputs) {
        maps.push_back(value == 0 ? &input : &activations[value - 1]);
    }
    return maps;
}

void run_int8_layer(const Int8Layer& layer,
                    const std::vector<const std::vector<std::int8_t>*>& inputs,
                    std::vector<std::int8_t>& output) {
    int8_op(layer.node).run(layer, inputs, output);
}

void run_int8_layer(const Int8Layer& layer, const std::vector<std::int8_t>& input,
                    std::vector<std::int8_t>& output) {
    run_int8_layer(layer, {&input}, output);
}

const std::vector<std::int8_t>& Int8Interpreter::activation(std::size_t index) const {
    return activations_.at(index);
}

std::int64_t top_class(const std::vector<std::int8_t>& scores) {
    return std::max_element(scores.begin(), scores.end()) - scores.begin();
}

}  // namespace nanonas::exporting
