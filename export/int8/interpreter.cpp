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
    const std::vector<std::int8_t>* map = &input_;
    for (std::size_t i = 0; i < activations_.size(); ++i) {
        run_int8_layer(layer_of(network_, i), *map, activations_[i]);
        map = &activations_[i];
    }
    return *map;
}

void run_int8_layer(const Int8Layer& layer, const std::vector<std::int8_t>& input,
                    std::vector<std::int8_t>& output) {
    int8_op(layer.node).run(layer, input, output);
}

const std::vector<std::int8_t>& Int8Interpreter::activation(std::size_t index) const {
    return activations_.at(index);
}

std::int64_t top_class(const std::vector<std::int8_t>& scores) {
    return std::max_element(scores.begin(), scores.end()) - scores.begin();
}

}  // namespace nanonas::exporting
