#include "export/int8/op/global_average_pool.hpp"
#include "export/int8/op/ops.hpp"
#include "export/window_walk.hpp"

namespace nanonas::exporting {

namespace {

using Map = Int8Op::Map;

void run(const Int8Layer& layer, const Int8Op::Maps& inputs, Map& output) {
    const Map& input = *inputs.front();
    for_each_window(layer.node, [&](const Covered& under, std::int64_t channel, std::size_t at) {
        std::int64_t sum = 0;
        for_each_covered(input, layer.node.input, under, channel,
                         [&](std::int8_t value) { sum += value; });
        output[at] = mean_away_from_zero(sum, under.count());
    });
}

}  // namespace

Int8Op int8_op(const space::AveragePool2d&) {
    return {[](const Int8Layer&) -> std::string { return "windowed average pool"; }, round_nothing,
            run};
}

}  // namespace nanonas::exporting
