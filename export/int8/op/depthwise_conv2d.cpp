#include "export/int8/multiplier.hpp"
#include "export/int8/op/linear.hpp"

namespace nanonas::exporting {

namespace {

using Map = Int8Op::Map;

/// Sum over the taps inside the map: outside it q = Z_in, which adds nothing.
std::int32_t accumulate(const Int8Layer& layer, const Map& input, std::int64_t y, std::int64_t x,
                        std::int64_t out) {
    const space::Shape& map = layer.node.input;
    const auto& conv = std::get<space::DepthwiseConv2d>(layer.node.op);
    const space::Window window = conv.window();
    const std::int64_t top = y * window.stride_height - window.top(map);
    const std::int64_t left = x * window.stride_width - window.left(map);
    const std::int64_t channel = out / conv.multiplier;
    const std::int8_t* weights = layer.constants.weights.data() + out * window.area();
    std::int32_t acc = layer.constants.bias[static_cast<std::size_t>(out)];
    for (std::int64_t tap = 0; tap < window.area(); ++tap) {
        const std::int64_t row = top + tap / window.width;
        const std::int64_t column = left + tap % window.width;
        if (row >= 0 && row < map.height && column >= 0 && column < map.width) {
            const auto at =
                static_cast<std::size_t>((row * map.width + column) * map.channels + channel);
            acc += (input[at] - layer.in.zero_point) * weights[tap];
        }
    }
    return acc;
}

void run(const Int8Layer& layer, const Int8Op::Maps& inputs, Map& output) {
    const Map& input = *inputs.front();
    const space::Shape& written = layer.node.output;
    std::size_t at = 0;
    for (std::int64_t y = 0; y < written.height; ++y) {
        for (std::int64_t x = 0; x < written.width; ++x) {
            for (std::int64_t out = 0; out < written.channels; ++out) {
                output[at++] = requantized_output(layer, static_cast<std::size_t>(out),
                                                  accumulate(layer, input, y, x, out));
            }
        }
    }
}

}  // namespace

Int8Op int8_op(const space::DepthwiseConv2d&) {
    return {[](const Int8Layer&) -> std::string { return "depthwise convolution"; },
            round_linear_node, run};
}

}  // namespace nanonas::exporting
