#include "export/int8/op/global_average_pool.hpp"

#include <algorithm>

#include "export/int8/multiplier.hpp"
#include "export/int8/op/ops.hpp"

namespace nanonas::exporting {

namespace {

using Map = Int8Op::Map;

std::int64_t pixels(const Int8Layer& layer) {
    return layer.node.input.height * layer.node.input.width;
}

bool requantizes(const Int8Layer& layer) {
    return !layer.constants.multipliers.empty();
}

void run(const Int8Layer& layer, const Int8Op::Maps& inputs, Map& output) {
    const Map& input = *inputs.front();
    const std::int64_t channels = layer.node.input.channels;
    for (std::int64_t channel = 0; channel < channels; ++channel) {
        std::int64_t sum = 0;
        for (std::int64_t pixel = 0; pixel < pixels(layer); ++pixel) {
            sum += input[static_cast<std::size_t>(pixel * channels + channel)];
        }
        output[static_cast<std::size_t>(channel)] = rounded_mean(layer, sum);
    }
}

std::string name(const Int8Layer& layer) {
    return requantizes(layer) ? "requantizing mean" : "average pool";
}

}  // namespace

std::int8_t mean_away_from_zero(std::int64_t sum, std::int64_t count) {
    const std::int64_t half = count / 2;
    return static_cast<std::int8_t>((sum > 0 ? sum + half : sum - half) / count);
}

std::int8_t rounded_mean(const Int8Layer& layer, std::int64_t sum) {
    const std::int64_t count = pixels(layer);
    if (!requantizes(layer)) {
        // At the parameters of the map.
        return mean_away_from_zero(sum, count);
    }
    // At other parameters than the map's.
    const auto centred = static_cast<std::int32_t>(sum - count * layer.in.zero_point);
    const std::int64_t value =
        std::int64_t{requantize(centred, layer.constants.multipliers.front())} +
        layer.out.zero_point;
    return static_cast<std::int8_t>(std::clamp<std::int64_t>(value, -128, 127));
}

Int8Op int8_op(const space::GlobalAveragePool&) {
    return {name, round_nothing, run};
}

}  // namespace nanonas::exporting
