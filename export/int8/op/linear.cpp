#include "export/int8/op/linear.hpp"

#include "export/int8/multiplier.hpp"
#include "export/int8/quantize.hpp"
#include "export/int8/round_linear.hpp"

namespace nanonas::exporting {

namespace {

using space::Shape;
using Map = Int8Op::Map;

std::size_t at(const Shape& shape, std::int64_t y, std::int64_t x, std::int64_t channel) {
    return static_cast<std::size_t>((y * shape.width + x) * shape.channels + channel);
}

/// Sum over the taps inside the map: outside it q = Z_in, which adds nothing.
std::int32_t accumulate(const Int8Layer& layer, const Map& input, std::int64_t y, std::int64_t x,
                        std::int64_t out) {
    const Shape& map = layer.node.input;
    const space::Window window = layer.window();
    const std::int64_t top = y * window.stride_height - window.top(map);
    const std::int64_t left = x * window.stride_width - window.left(map);
    const std::int64_t channels = map.channels;
    const std::int32_t zero = layer.in.zero_point;
    std::int32_t acc = layer.constants.bias[static_cast<std::size_t>(out)];
    for (std::int64_t ky = 0; ky < window.height; ++ky) {
        const std::int64_t row = top + ky;
        if (row < 0 || row >= map.height) {
            continue;
        }
        for (std::int64_t kx = 0; kx < window.width; ++kx) {
            const std::int64_t column = left + kx;
            if (column < 0 || column >= map.width) {
                continue;
            }
            const std::int8_t* values = input.data() + at(map, row, column, 0);
            const std::int8_t* weights =
                layer.constants.weights.data() +
                ((out * window.height + ky) * window.width + kx) * channels;
            for (std::int64_t i = 0; i < channels; ++i) {
                acc += (values[i] - zero) * weights[i];
            }
        }
    }
    return acc;
}

}  // namespace

RoundedNode round_linear_node(const FloatNetwork& network, const space::Node& node,
                              const Range& range, const std::vector<QuantParams>& in) {
    return round_linear(linear_of(network, node), range, in.front());
}

void run_linear(const Int8Layer& layer, const Int8Op::Maps& inputs, Map& output) {
    const Map& input = *inputs.front();
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

}  // namespace nanonas::exporting
