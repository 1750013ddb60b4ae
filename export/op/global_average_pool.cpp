#include "export/op/ops.hpp"

#include <algorithm>

namespace nanonas::exporting {

namespace {

using Map = FloatOp::Map;

std::size_t size(std::int64_t count) {
    return static_cast<std::size_t>(count);
}

void run(const FloatStep& step, const Map& input, Map& output) {
    const space::Node& layer = step.node;
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

FloatOp float_op(const space::GlobalAveragePool&) {
    return {check_nothing, nullptr, run};
}

}  // namespace nanonas::exporting
