#include "export/float_interpreter.hpp"

#include <algorithm>

#include "export/op/linear.hpp"

namespace nanonas::exporting {

FloatInterpreter::FloatInterpreter(const FloatNetwork& network)
    : network_(network), input_(static_cast<std::size_t>(network.network.input.elements())) {
    for (const space::Node& node : network.network.nodes) {
        activations_.emplace_back(static_cast<std::size_t>(node.output.elements()));
        FloatLinear linear;
        std::vector<float> packed;
        if (is_linear(node.op)) {
            linear = linear_of(network, node);
            packed = pack_weights(linear);
            linear.weights.clear();
        }
        linear_.push_back({std::move(linear), std::move(packed)});
    }
}

const std::vector<float>& FloatInterpreter::run(const std::uint8_t* pixels) {
    return run(pixels, activations_.size());
}

const std::vector<float>& FloatInterpreter::run(const std::uint8_t* pixels, std::size_t layers) {
    std::transform(pixels, pixels + input_.size(), input_.begin(),
                   [&](std::uint8_t pixel) { return network_.preprocess.apply(pixel); });
    return advance(input_, 0, layers);
}

const std::vector<float>& FloatInterpreter::run_from(std::size_t first,
                                                     const std::vector<float>& map) {
    return advance(map, first, activations_.size());
}

const std::vector<float>& FloatInterpreter::advance(const std::vector<float>& from,
                                                    std::size_t first, std::size_t end) {
    const auto map_of = [&](space::Value value) {
        return value == first ? &from : &activations_[value - 1];
    };
    for (std::size_t i = first; i < end; ++i) {
        const space::Node& node = network_.network.nodes[i];
        const Linear& linear = linear_[i];
        float_op(node).run(
            {node, linear.layer, linear.packed_weights, padded_, map_of(node.inputs.back())},
            *map_of(node.inputs.front()), activations_[i]);
        clamp_above(activations_[i], network_.ceiling(node));
    }
    return end > first ? activations_[end - 1] : from;
}

std::int64_t top_class(const std::vector<float>& scores) {
    return std::max_element(scores.begin(), scores.end()) - scores.begin();
}

}  // namespace nanonas::exporting
