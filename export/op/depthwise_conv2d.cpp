#include <algorithm>

#include "export/op/linear.hpp"

namespace nanonas::exporting {

namespace {

using Map = FloatOp::Map;

FloatLinear linear(const FloatNetwork& network, const space::Node& node) {
    return window_linear<space::DepthwiseConv2d>(network, node, 1);
}

/// Output channel o is lane o % kFloatLanes of block o / kFloatLanes of the packed weights.
float weight_of(const FloatStep& step, std::int64_t out, std::int64_t tap) {
    const std::int64_t block = out / kFloatLanes;
    return step.packed[static_cast<std::size_t>((block * step.linear.taps() + tap) * kFloatLanes +
                                                out % kFloatLanes)];
}

void run(const FloatStep& step, const Map& input, Map& output) {
    const space::Shape& map = step.node.input;
    const space::Shape& written = step.node.output;
    const space::Window& window = step.linear.window;
    const std::int64_t multiplier = std::get<space::DepthwiseConv2d>(step.node.op).multiplier;
    const std::int64_t top = window.top(map), left = window.left(map);
    float* result = output.data();
    for (std::int64_t y = 0; y < written.height; ++y) {
        for (std::int64_t x = 0; x < written.width; ++x) {
            for (std::int64_t out = 0; out < written.channels; ++out) {
                float sum = 0.0F;
                for (std::int64_t tap = 0; tap < window.area(); ++tap) {
                    const std::int64_t row = y * window.stride_height - top + tap / window.width;
                    const std::int64_t column = x * window.stride_width - left + tap % window.width;
                    if (row >= 0 && row < map.height && column >= 0 && column < map.width) {
                        sum += input[static_cast<std::size_t>(
                                   (row * map.width + column) * map.channels + out / multiplier)] *
                               weight_of(step, out, tap);
                    }
                }
                sum += step.linear.bias[static_cast<std::size_t>(out)];
                *result++ = step.linear.relu ? std::max(sum, 0.0F) : sum;
            }
        }
    }
}

}  // namespace

FloatOp float_op(const space::DepthwiseConv2d&) {
    return {check_nothing, linear, run};
}

}  // namespace nanonas::exporting
