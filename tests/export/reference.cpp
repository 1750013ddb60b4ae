#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "export/float_network.hpp"
#include "tests/export/random_network.hpp"

namespace nanonas::testing {

namespace {

using Index = std::int64_t;

/// [height][width][channels] with a border around it.
struct PaddedMap {
    PaddedMap(const space::Shape& map, Index border_, int fill)
        : shape(map),
          border(border_),
          values(static_cast<std::size_t>((map.height + 2 * border_) * (map.width + 2 * border_) *
                                          map.channels),
                 fill) {}
    int& at(Index y, Index x, Index channel) {
        const Index row = (y + border) * (shape.width + 2 * border);
        return values[static_cast<std::size_t>((row + x + border) * shape.channels + channel)];
    }

    space::Shape shape;
    Index border;
    std::vector<int> values;
};

/// gemmlowp's SaturatingRoundingDoublingHighMul, then RoundingDivideByPOT, to the letter.
int scaled(std::int64_t acc, std::int32_t multiplier, int shift) {
    if (shift > 0) {
        acc = std::clamp<std::int64_t>(acc * (std::int64_t{1} << shift),
                                       std::numeric_limits<std::int32_t>::min(),
                                       std::numeric_limits<std::int32_t>::max());
    }
    const std::int64_t product = acc * multiplier;
    const std::int64_t nudge = product >= 0 ? (1 << 30) : (1 - (1 << 30));
    const auto high = static_cast<std::int32_t>((product + nudge) / (std::int64_t{1} << 31));
    const int exponent = shift > 0 ? 0 : -shift;
    const auto mask = static_cast<std::int32_t>((std::int64_t{1} << exponent) - 1);
    const std::int32_t threshold = (mask >> 1) + (high < 0 ? 1 : 0);
    return (high >> exponent) + ((high & mask) > threshold ? 1 : 0);
}

/// Output channels per group and input channels per group of a convolution.
std::pair<Index, Index> groups(const space::Node& layer) {
    const auto* depthwise = std::get_if<space::DepthwiseConv2d>(&layer.op);
    return depthwise == nullptr ? std::pair{layer.output.channels, layer.input.channels}
                                : std::pair{depthwise->multiplier, Index{1}};
}

PaddedMap linear(const exporting::Int8Layer& seen, PaddedMap& in) {
    const space::Node& layer = seen.node;
    const exporting::Int8Constants& numbers = seen.constants;
    const space::Window window = seen.window();
    const Index border = window.height + window.width;
    PaddedMap padded(layer.input, border, seen.in.zero_point);
    PaddedMap out(layer.output, 0, 0);
    for (Index y = 0; y < layer.input.height; ++y) {
        for (Index x = 0; x < layer.input.width; ++x) {
            for (Index c = 0; c < layer.input.channels; ++c) {
                padded.at(y, x, c) = in.at(y, x, c);
            }
        }
    }
    // TensorFlow: what the last window reaches beyond the map is divided among both ends.
    const bool same = window.padding == space::Padding::kSame;
    const auto before = [&](Index outputs, Index stride, Index side, Index map) {
        return same ? std::max<Index>((outputs - 1) * stride + side - map, 0) / 2 : 0;
    };
    const Index top =
        before(layer.output.height, window.stride_height, window.height, layer.input.height);
    const Index left =
        before(layer.output.width, window.stride_width, window.width, layer.input.width);
    Index outputs_of_group = 0, inputs_of_group = 0;
    std::tie(outputs_of_group, inputs_of_group) = groups(layer);
    for (Index y = 0; y < layer.output.height; ++y) {
        for (Index x = 0; x < layer.output.width; ++x) {
            std::size_t w = 0;
            for (Index o = 0; o < layer.output.channels; ++o) {
                const auto k = static_cast<std::size_t>(o);
                const Index first = o / outputs_of_group * inputs_of_group;
                std::int64_t acc = numbers.bias[k];
                for (Index dy = 0; dy < window.height; ++dy) {
                    for (Index dx = 0; dx < window.width; ++dx) {
                        for (Index c = first; c < first + inputs_of_group; ++c) {
                            acc += numbers.weights[w++] *
                                   (padded.at(y * window.stride_height - top + dy,
                                              x * window.stride_width - left + dx, c) -
                                    seen.in.zero_point);
                        }
                    }
                }
                const exporting::FixedMultiplier& m = numbers.multipliers[k];
                const double factor = static_cast<double>(seen.in.scale) *
                                      static_cast<double>(numbers.weight_scales[k]) /
                                      static_cast<double>(seen.out.scale);
                const std::int64_t q =
                    (seen.dense() ? std::llround(static_cast<double>(acc) * factor)
                                  : scaled(acc, m.m0, m.shift)) +
                    seen.out.zero_point;
                out.at(y, x, o) = static_cast<int>(
                    std::clamp<std::int64_t>(q, numbers.clamp_min, numbers.clamp_max));
            }
        }
    }
    return out;
}

PaddedMap max_pool(const space::Node& layer, PaddedMap& in) {
    PaddedMap out(layer.output, 0, -128);
    for (Index y = 0; y < layer.output.height * 2; ++y) {
        for (Index x = 0; x < layer.output.width * 2; ++x) {
            for (Index c = 0; c < layer.output.channels; ++c) {
                int& most = out.at(y / 2, x / 2, c);
                most = std::max(most, in.at(y, x, c));
            }
        }
    }
    return out;
}

PaddedMap average(const space::Node& layer, PaddedMap& in) {
    PaddedMap out(layer.output, 0, 0);
    const auto count = static_cast<int>(layer.input.height * layer.input.width);
    for (Index c = 0; c < layer.output.channels; ++c) {
        int sum = 0;
        for (Index i = 0; i < count; ++i) {
            sum += in.at(i / layer.input.width, i % layer.input.width, c);
        }
        const int magnitude = (std::abs(sum) + count / 2) / count;
        out.at(0, 0, c) = std::clamp(sum < 0 ? -magnitude : magnitude, -128, 127);
    }
    return out;
}

PaddedMap apply(const exporting::Int8Layer& layer, PaddedMap& in) {
    if (exporting::is_linear(layer.node.op)) {
        return linear(layer, in);
    }
    if (std::holds_alternative<space::MaxPool2d>(layer.node.op)) {
        return max_pool(layer.node, in);
    }
    if (std::holds_alternative<space::GlobalAveragePool>(layer.node.op)) {
        return average(layer.node, in);
    }
    throw std::logic_error("no reference for a kind that the generated C cannot hold");
}

}  // namespace

std::vector<std::int8_t> reference_scores(const exporting::Int8Network& network,
                                          const std::uint8_t* pixels) {
    PaddedMap map(network.network.input, 0, 0);
    std::transform(pixels, pixels + map.values.size(), map.values.begin(),
                   [](std::uint8_t pixel) { return pixel - 128; });
    for (std::size_t i = 0; i < network.constants.size(); ++i) {
        map = apply(layer_of(network, i), map);
    }
    return {map.values.begin(), map.values.end()};
}

}  // namespace nanonas::testing
