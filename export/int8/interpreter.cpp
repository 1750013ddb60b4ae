#include "export/int8/interpreter.hpp"

#include <algorithm>
#include <stdexcept>

#include "export/int8/elementwise.hpp"
#include "export/int8/multiplier.hpp"

namespace nanonas::exporting {

namespace {

using space::Shape;
using Map = std::vector<std::int8_t>;

std::size_t at(const Shape& shape, std::int64_t y, std::int64_t x, std::int64_t channel) {
    return static_cast<std::size_t>((y * shape.width + x) * shape.channels + channel);
}

/// Sum over the taps inside the map: outside it q = Z_in, which adds nothing.
std::int32_t accumulate(const Int8Layer& layer, const Map& input, std::int64_t y, std::int64_t x,
                        std::int64_t out) {
    const Shape& map = layer.node.input;
    const std::int64_t kernel = layer.kernel();
    const std::int64_t half = kernel / 2;
    const std::int64_t channels = map.channels;
    const std::int32_t zero = layer.in.zero_point;
    std::int32_t acc = layer.constants.bias[static_cast<std::size_t>(out)];
    for (std::int64_t ky = 0; ky < kernel; ++ky) {
        const std::int64_t row = y + ky - half;
        if (row < 0 || row >= map.height) {
            continue;
        }
        for (std::int64_t kx = 0; kx < kernel; ++kx) {
            const std::int64_t column = x + kx - half;
            if (column < 0 || column >= map.width) {
                continue;
            }
            const std::int8_t* values = input.data() + at(map, row, column, 0);
            const std::int8_t* weights =
                layer.constants.weights.data() + ((out * kernel + ky) * kernel + kx) * channels;
            for (std::int64_t i = 0; i < channels; ++i) {
                acc += (values[i] - zero) * weights[i];
            }
        }
    }
    return acc;
}

void run_linear(const Int8Layer& layer, const Map& input, Map& output) {
    const Shape& written = layer.node.output;
    for (std::int64_t y = 0; y < written.height; ++y) {
        for (std::int64_t x = 0; x < written.width; ++x) {
            for (std::int64_t out = 0; out < written.channels; ++out) {
                const std::int32_t acc = accumulate(layer, input, y, x, out);
                output[at(written, y, x, out)] =
                    requantized_output(layer, static_cast<std::size_t>(out), acc);
            }
        }
    }
}

void run_max_pool(const Int8Layer& layer, std::int64_t side, const Map& input, Map& output) {
    const Shape& written = layer.node.output;
    for (std::int64_t y = 0; y < written.height; ++y) {
        for (std::int64_t x = 0; x < written.width; ++x) {
            for (std::int64_t channel = 0; channel < written.channels; ++channel) {
                std::int8_t largest = -128;
                for (std::int64_t dy = 0; dy < side; ++dy) {
                    for (std::int64_t dx = 0; dx < side; ++dx) {
                        largest = std::max(
                            largest,
                            input[at(layer.node.input, y * side + dy, x * side + dx, channel)]);
                    }
                }
                output[at(written, y, x, channel)] = largest;
            }
        }
    }
}

void run_average_pool(const Int8Layer& layer, const Map& input, Map& output) {
    const Shape& map = layer.node.input;
    const std::int64_t count = map.height * map.width;
    for (std::int64_t channel = 0; channel < map.channels; ++channel) {
        std::int64_t sum = 0;
        for (std::int64_t pixel = 0; pixel < count; ++pixel) {
            sum += input[static_cast<std::size_t>(pixel * map.channels + channel)];
        }
        const std::int64_t half = count / 2;
        output[static_cast<std::size_t>(channel)] =
            static_cast<std::int8_t>((sum > 0 ? sum + half : sum - half) / count);
    }
}

}  // namespace

Int8Interpreter::Int8Interpreter(const Int8Network& network)
    : network_(network), input_(static_cast<std::size_t>(network.network.input.elements())) {
    for (const space::Node& node : network.network.nodes) {
        activations_.emplace_back(static_cast<std::size_t>(node.output.elements()));
    }
}

const std::vector<std::int8_t>& Int8Interpreter::run(const std::uint8_t* pixels) {
    std::transform(pixels, pixels + input_.size(), input_.begin(),
                   [](std::uint8_t pixel) { return static_cast<std::int8_t>(pixel - 128); });
    const Map* map = &input_;
    for (std::size_t i = 0; i < activations_.size(); ++i) {
        run_int8_layer(layer_of(network_, i), *map, activations_[i]);
        map = &activations_[i];
    }
    return *map;
}

void run_int8_layer(const Int8Layer& layer, const std::vector<std::int8_t>& input,
                    std::vector<std::int8_t>& output) {
    const auto never = [] {
        throw std::logic_error("an int8 network holds an operator of training");
    };
    std::visit(
        space::Overloaded{
            [&](const space::Conv2d&) { run_linear(layer, input, output); },
            [&](const space::Dense&) { run_linear(layer, input, output); },
            [&](const space::MaxPool2d& pool) { run_max_pool(layer, pool.size, input, output); },
            [&](const space::GlobalAveragePool&) {
                (layer.constants.multipliers.empty() ? run_average_pool : run_requantizing_mean)(
                    layer, input, output);
            },
            [&](const space::Relu&) { run_requantize(layer, input, output); },
            [&](const space::Requantize&) { run_requantize(layer, input, output); },
            [&](const space::ChannelMul&) { run_channel_mul(layer, input, output); },
            [&](const space::ChannelAdd&) { run_channel_add(layer, input, output); },
            [&](const space::Softmax&) { run_softmax(layer, input, output); },
            [&](const space::BatchNorm&) { never(); },
            [&](const space::Dropout&) { never(); },
        },
        layer.node.op);
}

const std::vector<std::int8_t>& Int8Interpreter::activation(std::size_t index) const {
    return activations_.at(index);
}

std::int64_t top_class(const std::vector<std::int8_t>& scores) {
    return std::max_element(scores.begin(), scores.end()) - scores.begin();
}

}  // namespace nanonas::exporting
