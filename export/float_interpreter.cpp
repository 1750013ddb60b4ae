#include "export/float_interpreter.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace nanonas::exporting {

namespace {

using Map = std::vector<float>;

constexpr std::int64_t kLanes = FloatInterpreter::kLanes;
constexpr std::int64_t kPixels = 4;  // neighbours computed together: each weight is loaded once

std::size_t size(std::int64_t count) {
    return static_cast<std::size_t>(count);
}

std::int64_t blocks(std::int64_t channels) {
    return (channels + kLanes - 1) / kLanes;
}

/// [out][taps] -> [out / lanes][taps][lanes], absent outputs 0.
Map pack(const FloatLinear& layer) {
    const std::int64_t taps = layer.taps();
    Map packed(size(blocks(layer.output.channels) * taps * kLanes), 0.0F);
    for (std::int64_t out = 0; out < layer.output.channels; ++out) {
        for (std::int64_t tap = 0; tap < taps; ++tap) {
            packed[size(((out / kLanes) * taps + tap) * kLanes + out % kLanes)] =
                layer.weights[size(out * taps + tap)];
        }
    }
    return packed;
}

/// kLanes outputs of `Pixels` neighbouring positions. `input` is the first tap of the first
/// position in the padded map.
template <std::int64_t Pixels>
void convolve_block(const FloatLinear& layer, const float* input, const float* weights,
                    std::int64_t first_out, float* output) {
    using Lanes = std::array<float, size_t{kLanes}>;
    const std::int64_t in = layer.input.channels;
    const std::int64_t run = layer.kernel * in;  // taps that lie side by side in the map
    const std::int64_t row = (layer.input.width + layer.kernel - 1) * in;
    std::array<Lanes, size_t{Pixels}> acc{};
    for (std::int64_t ky = 0; ky < layer.kernel; ++ky) {
        const float* values = input + ky * row;
        for (std::int64_t tap = 0; tap < run; ++tap, weights += kLanes) {
            for (std::size_t pixel = 0; pixel < Pixels; ++pixel) {
                const float value = values[tap + static_cast<std::int64_t>(pixel) * in];
                for (std::size_t lane = 0; lane < kLanes; ++lane) {
                    acc[pixel][lane] += value * weights[lane];
                }
            }
        }
    }
    const std::int64_t lanes = std::min(kLanes, layer.output.channels - first_out);
    for (std::size_t pixel = 0; pixel < Pixels; ++pixel, output += layer.output.channels) {
        for (std::int64_t lane = 0; lane < lanes; ++lane) {
            const float sum = acc[pixel][size(lane)] + layer.bias[size(first_out + lane)];
            output[first_out + lane] = layer.relu ? std::max(sum, 0.0F) : sum;
        }
    }
}

/// Copies the map into one with a border of zeros, half a kernel wide.
const float* pad(const FloatLinear& layer, const Map& input, Map& padded) {
    const std::int64_t half = layer.kernel / 2;
    if (half == 0) {
        return input.data();
    }
    const std::int64_t row = layer.input.width * layer.input.channels;
    const std::int64_t padded_row = row + 2 * half * layer.input.channels;
    padded.assign(size((layer.input.height + 2 * half) * padded_row), 0.0F);
    for (std::int64_t y = 0; y < layer.input.height; ++y) {
        std::copy_n(input.data() + y * row, row,
                    padded.data() + (y + half) * padded_row + half * layer.input.channels);
    }
    return padded.data();
}

void run_linear(const FloatLinear& layer, const Map& packed, const Map& input, Map& padded,
                Map& output) {
    const std::int64_t in = layer.input.channels;
    const std::int64_t padded_row = (layer.input.width + layer.kernel - 1) * in;
    const float* map = pad(layer, input, padded);
    for (std::int64_t y = 0; y < layer.output.height; ++y) {
        for (std::int64_t block = 0; block < blocks(layer.output.channels); ++block) {
            const float* weights = packed.data() + block * layer.taps() * kLanes;
            const float* values = map + y * padded_row;
            float* out = output.data() + y * layer.output.width * layer.output.channels;
            std::int64_t x = 0;
            for (; x + kPixels <= layer.output.width; x += kPixels) {
                convolve_block<kPixels>(layer, values + x * in, weights, block * kLanes,
                                        out + x * layer.output.channels);
            }
            for (; x < layer.output.width; ++x) {
                convolve_block<1>(layer, values + x * in, weights, block * kLanes,
                                  out + x * layer.output.channels);
            }
        }
    }
}

void run_pool(const space::Node& layer, std::int64_t side, const Map& input, Map& output) {
    const std::int64_t channels = layer.input.channels;
    for (std::int64_t y = 0; y < layer.output.height; ++y) {
        for (std::int64_t x = 0; x < layer.output.width; ++x) {
            float* out = output.data() + (y * layer.output.width + x) * channels;
            std::fill_n(out, channels, std::numeric_limits<float>::lowest());
            for (std::int64_t dy = 0; dy < side; ++dy) {
                for (std::int64_t dx = 0; dx < side; ++dx) {
                    const float* values =
                        input.data() +
                        ((y * side + dy) * layer.input.width + x * side + dx) * channels;
                    for (std::int64_t i = 0; i < channels; ++i) {
                        out[i] = std::max(out[i], values[i]);
                    }
                }
            }
        }
    }
}

void run_average(const space::Node& layer, const Map& input, Map& output) {
    const std::int64_t count = layer.input.height * layer.input.width;
    std::fill(output.begin(), output.end(), 0.0F);
    for (std::int64_t pixel = 0; pixel < count; ++pixel) {
        for (std::int64_t i = 0; i < layer.input.channels; ++i) {
            output[size(i)] += input[size(pixel * layer.input.channels + i)];
        }
    }
    for (float& value : output) {
        value /= static_cast<float>(count);
    }
}

}  // namespace

FloatInterpreter::FloatInterpreter(const FloatNetwork& network)
    : network_(network), input_(size(network.network.input.elements())) {
    for (const space::Node& node : network.network.nodes) {
        activations_.emplace_back(size(node.output.elements()));
        FloatLinear linear;
        Map packed;
        if (is_linear(node.op)) {
            linear = linear_of(network, node);
            packed = pack(linear);
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
    const Map* map = &from;
    for (std::size_t i = first; i < end; ++i) {
        Map& output = activations_[i];
        const space::Node& node = network_.network.nodes[i];
        const auto linear = [&] {
            run_linear(linear_[i].layer, linear_[i].packed_weights, *map, padded_, output);
        };
        std::visit(
            space::Overloaded{
                [&](const space::Conv2d&) { linear(); },
                [&](const space::Dense&) { linear(); },
                [&](const space::MaxPool2d& pool) { run_pool(node, pool.size, *map, output); },
                [&](const space::GlobalAveragePool&) { run_average(node, *map, output); },
                NeverLowered{},
            },
            node.op);
        map = &output;
    }
    return *map;
}

std::int64_t top_class(const std::vector<float>& scores) {
    return std::max_element(scores.begin(), scores.end()) - scores.begin();
}

}  // namespace nanonas::exporting
