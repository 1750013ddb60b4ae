#include "export/interpreter.hpp"

#include <algorithm>

#include "export/imported_layers.hpp"
#include "export/quantize/multiplier.hpp"

namespace nanonas::exporting {

namespace {

using space::Shape;
using Map = std::vector<std::int8_t>;

std::size_t at(const Shape& shape, std::int64_t y, std::int64_t x, std::int64_t channel) {
    return static_cast<std::size_t>((y * shape.width + x) * shape.channels + channel);
}

/// Sum over the taps inside the map: outside it q = Z_in, which adds nothing.
std::int32_t accumulate(const QuantizedLinear& layer, const Map& input, std::int64_t y,
                        std::int64_t x, std::int64_t out) {
    const std::int64_t half = layer.kernel / 2;
    const std::int64_t channels = layer.input.channels;
    const std::int32_t zero = layer.in.zero_point;
    std::int32_t acc = layer.bias[static_cast<std::size_t>(out)];
    for (std::int64_t ky = 0; ky < layer.kernel; ++ky) {
        const std::int64_t row = y + ky - half;
        if (row < 0 || row >= layer.input.height) {
            continue;
        }
        for (std::int64_t kx = 0; kx < layer.kernel; ++kx) {
            const std::int64_t column = x + kx - half;
            if (column < 0 || column >= layer.input.width) {
                continue;
            }
            const std::int8_t* values = input.data() + at(layer.input, row, column, 0);
            const std::int8_t* weights =
                layer.weights.data() + ((out * layer.kernel + ky) * layer.kernel + kx) * channels;
            for (std::int64_t i = 0; i < channels; ++i) {
                acc += (values[i] - zero) * weights[i];
            }
        }
    }
    return acc;
}

void run_layer(const QuantizedLinear& layer, const Map& input, Map& output) {
    for (std::int64_t y = 0; y < layer.output.height; ++y) {
        for (std::int64_t x = 0; x < layer.output.width; ++x) {
            for (std::int64_t out = 0; out < layer.output.channels; ++out) {
                const std::int32_t acc = accumulate(layer, input, y, x, out);
                output[at(layer.output, y, x, out)] =
                    requantized_output(layer, static_cast<std::size_t>(out), acc);
            }
        }
    }
}

void run_layer(const QuantizedMaxPool& layer, const Map& input, Map& output) {
    for (std::int64_t y = 0; y < layer.output.height; ++y) {
        for (std::int64_t x = 0; x < layer.output.width; ++x) {
            for (std::int64_t channel = 0; channel < layer.output.channels; ++channel) {
                std::int8_t largest = -128;
                for (std::int64_t dy = 0; dy < layer.size; ++dy) {
                    for (std::int64_t dx = 0; dx < layer.size; ++dx) {
                        largest = std::max(largest, input[at(layer.input, y * layer.size + dy,
                                                             x * layer.size + dx, channel)]);
                    }
                }
                output[at(layer.output, y, x, channel)] = largest;
            }
        }
    }
}

void run_layer(const QuantizedAveragePool& layer, const Map& input, Map& output) {
    const std::int64_t count = layer.input.height * layer.input.width;
    for (std::int64_t channel = 0; channel < layer.input.channels; ++channel) {
        std::int64_t sum = 0;
        for (std::int64_t pixel = 0; pixel < count; ++pixel) {
            sum += input[static_cast<std::size_t>(pixel * layer.input.channels + channel)];
        }
        const std::int64_t half = count / 2;
        output[static_cast<std::size_t>(channel)] =
            static_cast<std::int8_t>((sum > 0 ? sum + half : sum - half) / count);
    }
}

}  // namespace

Int8Interpreter::Int8Interpreter(const QuantizedNetwork& network)
    : network_(network), input_(static_cast<std::size_t>(network.source.input.elements())) {
    for (const QuantizedLayer& layer : network.layers) {
        std::visit(
            [&](const auto& kind) {
                activations_.emplace_back(static_cast<std::size_t>(kind.output.elements()));
            },
            layer);
    }
}

const std::vector<std::int8_t>& Int8Interpreter::run(const std::uint8_t* pixels) {
    std::transform(pixels, pixels + input_.size(), input_.begin(),
                   [](std::uint8_t pixel) { return static_cast<std::int8_t>(pixel - 128); });
    const Map* map = &input_;
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
        std::visit([&](const auto& layer) { run_layer(layer, *map, activations_[i]); },
                   network_.layers[i]);
        map = &activations_[i];
    }
    return *map;
}

void run_int8_layer(const QuantizedLayer& layer, const std::vector<std::int8_t>& input,
                    std::vector<std::int8_t>& output) {
    std::visit([&](const auto& kind) { run_layer(kind, input, output); }, layer);
}

const std::vector<std::int8_t>& Int8Interpreter::activation(std::size_t index) const {
    return activations_.at(index);
}

std::int64_t top_class(const std::vector<std::int8_t>& scores) {
    return std::max_element(scores.begin(), scores.end()) - scores.begin();
}

}  // namespace nanonas::exporting
