#include "export/op/ops.hpp"
#include "export/window_walk.hpp"

namespace nanonas::exporting {

namespace {

using Map = FloatOp::Map;

void run(const FloatStep& step, const Map& input, Map& output) {
    const space::Node& layer = step.node;
    for_each_window(layer, [&](const Covered& under, std::int64_t channel, std::size_t at) {
        float sum = 0.0F;
        for_each_covered(input, layer.input, under, channel, [&](float value) { sum += value; });
        output[at] = sum / static_cast<float>(under.count());
    });
}

}  // namespace

FloatOp float_op(const space::AveragePool2d&) {
    return {check_nothing, nullptr, run};
}

}  // namespace nanonas::exporting
