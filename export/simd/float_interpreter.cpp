#include "export/simd/float_interpreter.hpp"

#include <algorithm>

#include "export/op/ops.hpp"
#include "export/simd/kernels/pool.hpp"
#include "export/simd/window_sums.hpp"

namespace nanonas::exporting::simd {

namespace {

using Map = std::vector<float>;
using Step = FloatInterpreter::Step;

struct Linear : Step {
    Linear(const space::Node& node, const FloatLinear& layer)
        : sums(node, layer.weights, layer.bias, layer.relu) {}
    void run(const Map& input, Map& padded, Map& output) const override {
        sums.run(input, 0.0F, padded, output.data());
    }
    WindowSums<float, float> sums;
};

struct Pool : Step {
    explicit Pool(const space::Node& its_node) : node(its_node) {}
    void run(const Map& input, Map&, Map& output) const override {
        max_pool(MaxPool<float>{input.data(), node.input.width,
                                std::get<space::MaxPool2d>(node.op).size, node.output.height,
                                node.output.width, node.output.channels, output.data()});
    }
    const space::Node& node;
};

struct Mean : Step {
    explicit Mean(const space::Node& its_node) : node(its_node) {}
    void run(const Map& input, Map&, Map& output) const override {
        const std::int64_t pixels = node.input.height * node.input.width;
        channel_sums(input.data(), pixels, node.input.channels, output.data());
        for (float& value : output) {
            value /= static_cast<float>(pixels);
        }
    }
    const space::Node& node;
};

std::shared_ptr<const Step> step_of(const FloatNetwork& network, const space::Node& node) {
    if (is_linear(node.op)) {
        return std::make_shared<Linear>(node, linear_of(network, node));
    }
    if (const auto* pool = std::get_if<space::MaxPool2d>(&node.op);
        pool != nullptr && pool->tiles()) {
        return std::make_shared<Pool>(node);
    }
    if (std::holds_alternative<space::GlobalAveragePool>(node.op)) {
        return std::make_shared<Mean>(node);
    }
    return nullptr;
}

}  // namespace

FloatInterpreter::FloatInterpreter(const FloatNetwork& network)
    : network_(network), input_(static_cast<std::size_t>(network.network.input.elements())) {
    for (const space::Node& node : network.network.nodes) {
        activations_.emplace_back(static_cast<std::size_t>(node.output.elements()));
        steps_.push_back(step_of(network, node));
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
        const Map& input = *map_of(node.inputs.front());
        if (steps_[i] != nullptr) {
            steps_[i]->run(input, padded_, activations_[i]);
        } else {
            float_op(node).run({node, {}, {}, padded_, map_of(node.inputs.back())}, input,
                               activations_[i]);
        }
        clamp_above(activations_[i], network_.ceiling(node));
    }
    return end > first ? activations_[end - 1] : from;
}

}  // namespace nanonas::exporting::simd
