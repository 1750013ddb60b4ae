#include "export/simd/int8_interpreter.hpp"

#include <algorithm>

#include "export/float_network.hpp"
#include "export/int8/interpreter.hpp"
#include "export/int8/op/global_average_pool.hpp"
#include "export/simd/int8_sums.hpp"
#include "export/simd/kernels/pool.hpp"

namespace nanonas::exporting::simd {

namespace {

using Map = std::vector<std::int8_t>;
using Scratch = Int8Interpreter::Scratch;
using Step = Int8Interpreter::Step;

struct Linear : Step {
    explicit Linear(const Int8Layer& layer) : sums(layer), rounding(layer) {}
    void run(const Int8Layer& layer, const Map& input, Scratch& scratch,
             Map& output) const override {
        sums.run(input, scratch.padded, scratch.sums);
        rounding.run(layer, scratch.sums, output);
    }
    Int8Sums sums;
    Int8Rounding rounding;
};

struct Pool : Step {
    void run(const Int8Layer& layer, const Map& input, Scratch&, Map& output) const override {
        const space::Node& node = layer.node;
        max_pool(MaxPool<std::int8_t>{input.data(), node.input.width,
                                      std::get<space::MaxPool2d>(node.op).size, node.output.height,
                                      node.output.width, node.output.channels, output.data()});
    }
};

struct Mean : Step {
    void run(const Int8Layer& layer, const Map& input, Scratch& scratch,
             Map& output) const override {
        const space::Shape& map = layer.node.input;
        scratch.sums.resize(output.size());
        channel_sums(input.data(), map.height * map.width, map.channels, scratch.sums.data());
        std::transform(scratch.sums.begin(), scratch.sums.end(), output.begin(),
                       [&](std::int32_t sum) { return rounded_mean(layer, sum); });
    }
};

std::shared_ptr<const Step> step_of(const Int8Layer& layer) {
    const space::Op& op = layer.node.op;
    if (is_linear(op)) {
        return std::make_shared<Linear>(layer);
    }
    if (const auto* pool = std::get_if<space::MaxPool2d>(&op); pool != nullptr && pool->tiles()) {
        return std::make_shared<Pool>();
    }
    if (std::holds_alternative<space::GlobalAveragePool>(op) &&
        layer.node.input.height * layer.node.input.width <= kMostSummedPixels) {
        return std::make_shared<Mean>();
    }
    return nullptr;
}

}  // namespace

Int8Interpreter::Int8Interpreter(const Int8Network& network)
    : network_(network), input_(static_cast<std::size_t>(network.network.input.elements())) {
    for (std::size_t i = 0; i < network.network.nodes.size(); ++i) {
        activations_.emplace_back(
            static_cast<std::size_t>(network.network.nodes[i].output.elements()));
        steps_.push_back(step_of(layer_of(network, i)));
    }
}

const std::vector<std::int8_t>& Int8Interpreter::run(const std::uint8_t* pixels) {
    std::transform(pixels, pixels + input_.size(), input_.begin(),
                   [](std::uint8_t pixel) { return static_cast<std::int8_t>(pixel - 128); });
    for (std::size_t i = 0; i < activations_.size(); ++i) {
        const Int8Layer layer = layer_of(network_, i);
        const std::vector<const Map*> maps = maps_read(layer.node, input_, activations_);
        if (steps_[i] != nullptr) {
            steps_[i]->run(layer, *maps.front(), scratch_, activations_[i]);
        } else {
            run_int8_layer(layer, maps, activations_[i]);
        }
    }
    return activations_.empty() ? input_ : activations_.back();
}

}  // namespace nanonas::exporting::simd
