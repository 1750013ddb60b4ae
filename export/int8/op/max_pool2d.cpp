#include <algorithm>

#include "export/int8/op/ops.hpp"
#include "export/window_walk.hpp"

namespace nanonas::exporting {

namespace {

using Map = Int8Op::Map;

void run(const Int8Layer& layer, const Int8Op::Maps& inputs, Map& output) {
    const Map& input = *inputs.front();
    for_each_window(layer.node, [&](const Covered& under, std::int64_t channel, std::size_t at) {
        std::int8_t largest = -128;
        for_each_covered(input, layer.node.input, under, channel,
                         [&](std::int8_t value) { largest = std::max(largest, value); });
        output[at] = largest;
    });
}

}  // namespace

Int8Op int8_op(const space::MaxPool2d&) {
    return {[](const Int8Layer&) -> std::string { return "max pool"; }, round_nothing, run};
}

}  // namespace nanonas::exporting
