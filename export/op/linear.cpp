#include "export/op/linear.hpp"

#include <algorithm>
#include <array>

namespace nanonas::exporting {

namespace {

using Map = FloatOp::Map;

constexpr std::int64_t kLanes = kFloatLanes;
constexpr std::int64_t kPixels = 4;  // neighbours computed together: each weight is loaded once

std::size_t size(std::int64_t count) {
    return static_cast<std::size_t>(count);
}

std::int64_t blocks(std::int64_t channels) {
    return (channels + kLanes - 1) / kLanes;
}

std::int64_t padded_width(const FloatLinear& layer) {
    const space::Window& window = layer.window;
    return window.left(layer.input) + layer.input.width + window.right(layer.input);
}

/// kLanes outputs of `Pixels` neighbouring positions. `input` is the first tap of the first
/// position in the padded map.
template <std::int64_t Pixels>
void convolve_block(const FloatLinear& layer, const float* input, const float* weights,
                    std::int64_t first_out, float* output) {
    using Lanes = std::array<float, size_t{kLanes}>;
    const std::int64_t in = layer.input.channels;
    const std::int64_t run = layer.window.width * in;  // taps that lie side by side in the map
    const std::int64_t row = padded_width(layer) * in;
    const std::int64_t step = layer.window.stride_width * in;
    std::array<Lanes, size_t{Pixels}> acc{};
    for (std::int64_t ky = 0; ky < layer.window.height; ++ky) {
        const float* values = input + ky * row;
        for (std::int64_t tap = 0; tap < run; ++tap, weights += kLanes) {
            for (std::size_t pixel = 0; pixel < Pixels; ++pixel) {
                const float value = values[tap + static_cast<std::int64_t>(pixel) * step];
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

/// Copies the map into one with the window's border of zeros.
const float* pad(const FloatLinear& layer, const Map& input, Map& padded) {
    const space::Shape& map = layer.input;
    const std::int64_t top = layer.window.top(map);
    const std::int64_t left = layer.window.left(map) * map.channels;
    const std::int64_t height = top + map.height + layer.window.bottom(map);
    const std::int64_t row = map.width * map.channels;
    const std::int64_t padded_row = padded_width(layer) * map.channels;
    if (height == map.height && padded_row == row) {
        return input.data();
    }
    padded.assign(size(height * padded_row), 0.0F);
    for (std::int64_t y = 0; y < map.height; ++y) {
        std::copy_n(input.data() + y * row, row, padded.data() + (y + top) * padded_row + left);
    }
    return padded.data();
}

}  // namespace

std::vector<float> pack_weights(const FloatLinear& layer) {
    const std::int64_t taps = layer.taps();
    std::vector<float> packed(size(blocks(layer.output.channels) * taps * kLanes), 0.0F);
    for (std::int64_t out = 0; out < layer.output.channels; ++out) {
        for (std::int64_t tap = 0; tap < taps; ++tap) {
            packed[size(((out / kLanes) * taps + tap) * kLanes + out % kLanes)] =
                layer.weights[size(out * taps + tap)];
        }
    }
    return packed;
}

void run_linear(const FloatStep& step, const Map& input, Map& output) {
    const FloatLinear& layer = step.linear;
    const std::int64_t in = layer.input.channels;
    const space::Window& window = layer.window;
    const std::int64_t padded_row = padded_width(layer) * in;
    const std::int64_t stride = window.stride_width * in;
    const float* map = pad(layer, input, step.padded);
    for (std::int64_t y = 0; y < layer.output.height; ++y) {
        for (std::int64_t block = 0; block < blocks(layer.output.channels); ++block) {
            const float* weights = step.packed.data() + block * layer.taps() * kLanes;
            const float* values = map + y * window.stride_height * padded_row;
            float* out = output.data() + y * layer.output.width * layer.output.channels;
            std::int64_t x = 0;
            for (; x + kPixels <= layer.output.width; x += kPixels) {
                convolve_block<kPixels>(layer, values + x * stride, weights, block * kLanes,
                                        out + x * layer.output.channels);
            }
            for (; x < layer.output.width; ++x) {
                convolve_block<1>(layer, values + x * stride, weights, block * kLanes,
                                  out + x * layer.output.channels);
            }
        }
    }
}

std::vector<float> channels_last(const std::vector<float>& weights, std::int64_t in,
                                 std::int64_t area) {
    std::vector<float> result(weights.size());
    const auto outputs = static_cast<std::int64_t>(weights.size()) / (in * area);
    for (std::int64_t o = 0; o < outputs; ++o) {
        for (std::int64_t i = 0; i < in; ++i) {
            for (std::int64_t tap = 0; tap < area; ++tap) {
                result[size((o * area + tap) * in + i)] = weights[size((o * in + i) * area + tap)];
            }
        }
    }
    return result;
}

}  // namespace nanonas::exporting
