#include "export/int8/op/ops.hpp"

#include <algorithm>

#include "export/int8/multiplier.hpp"

namespace nanonas::exporting {

namespace {

using Map = Int8Op::Map;

/// At the parameters of the map; halves away from zero.
void run_average_pool(const Int8Layer& layer, const Map& input, Map& output) {
    const space::Shape& map = layer.node.input;
    const std::int64_t count = map.height * map.width;
    for (std::int64_t channel = 0; channel < map.channels; ++channel) {
        std::int64_t sum = 0;
        for (std::int64_t pixel = 0; pixel < count; ++pixel) {
            sum += input[static_cast<std::size_t>(pixel * map.channels + channel)];
        }
        const std::int64_t half = count / 2;
        output[static_cast<std::size_t>(channel)] =
            static_cast<std::int8_t>((sum > 0 ? sum + half : sum - half) / count);
    }
}

/// At other parameters than the map's.
void run_requantizing_mean(const Int8Layer& layer, const Map& input, Map& output) {
    const space::Shape& map = layer.node.input;
    const std::int64_t count = map.height * map.width;
    for (std::int64_t channel = 0; channel < map.channels; ++channel) {
        std::int32_t sum = 0;
        for (std::int64_t pixel = 0; pixel < count; ++pixel) {
            sum += input[static_cast<std::size_t>(pixel * map.channels + channel)] -
                   layer.in.zero_point;
        }
        const std::int64_t value =
            std::int64_t{requantize(sum, layer.constants.multipliers.front())} +
            layer.out.zero_point;
        output[static_cast<std::size_t>(channel)] =
            static_cast<std::int8_t>(std::clamp<std::int64_t>(value, -128, 127));
    }
}

bool requantizes(const Int8Layer& layer) {
    return !layer.constants.multipliers.empty();
}

void run(const Int8Layer& layer, const Map& input, Map& output) {
    (requantizes(layer) ? run_requantizing_mean : run_average_pool)(layer, input, output);
}

std::string name(const Int8Layer& layer) {
    return requantizes(layer) ? "requantizing mean" : "average pool";
}

}  // namespace

Int8Op int8_op(const space::GlobalAveragePool&) {
    return {name, round_nothing, run};
}

}  // namespace nanonas::exporting
