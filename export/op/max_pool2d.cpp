#include "export/op/ops.hpp"

#include <algorithm>
#include <limits>

namespace nanonas::exporting {

namespace {

using Map = FloatOp::Map;

void run(const FloatStep& step, const Map& input, Map& output) {
    const space::Node& layer = step.node;
    const std::int64_t side = std::get<space::MaxPool2d>(layer.op).size;
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

}  // namespace

FloatOp float_op(const space::MaxPool2d&) {
    return {check_nothing, nullptr, run};
}

}  // namespace nanonas::exporting
