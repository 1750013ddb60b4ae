#include <algorithm>
#include <limits>

#include "export/op/ops.hpp"
#include "export/window_walk.hpp"

namespace nanonas::exporting {

namespace {

using Map = FloatOp::Map;

void run(const FloatStep& step, const Map& input, Map& output) {
    const space::Node& layer = step.node;
    for_each_window(layer, [&](const Covered& under, std::int64_t channel, std::size_t at) {
        float largest = std::numeric_limits<float>::lowest();
        for_each_covered(input, layer.input, under, channel,
                         [&](float value) { largest = std::max(largest, value); });
        output[at] = largest;
    });
}

}  // namespace

FloatOp float_op(const space::MaxPool2d&) {
    return {check_nothing, nullptr, run};
}

}  // namespace nanonas::exporting
