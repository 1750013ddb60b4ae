#include "export/int8/elementwise.hpp"

#include <algorithm>

#include "export/int8/multiplier.hpp"

namespace nanonas::exporting {

namespace {

using Map = std::vector<std::int8_t>;

/// Bits that ADD gives both sides before it rescales them.
constexpr int kAddLeftShift = 20;

std::int8_t clamped(const Int8Layer& layer, std::int32_t scaled) {
    // Wide: a saturated product plus the zero point leaves int32.
    const std::int64_t value = std::int64_t{scaled} + layer.out.zero_point;
    return static_cast<std::int8_t>(
        std::clamp<std::int64_t>(value, layer.constants.clamp_min, layer.constants.clamp_max));
}

}  // namespace

void run_requantize(const Int8Layer& layer, const Map& input, Map& output) {
    const FixedMultiplier& multiplier = layer.constants.multipliers.front();
    for (std::size_t i = 0; i < input.size(); ++i) {
        output[i] = clamped(layer, requantize(input[i] - layer.in.zero_point, multiplier));
    }
}

void run_channel_mul(const Int8Layer& layer, const Map& input, Map& output) {
    const Int8Constants& factors = layer.constants;
    const std::size_t channels = factors.weights.size();
    for (std::size_t i = 0; i < input.size(); ++i) {
        const std::int32_t factor = factors.weights[i % channels] - factors.params.zero_point;
        output[i] = clamped(layer, requantize((input[i] - layer.in.zero_point) * factor,
                                              factors.multipliers.front()));
    }
}

void run_channel_add(const Int8Layer& layer, const Map& input, Map& output) {
    const Int8Constants& addends = layer.constants;
    const std::size_t channels = addends.weights.size();
    for (std::size_t i = 0; i < input.size(); ++i) {
        const std::int32_t value = (input[i] - layer.in.zero_point) * (1 << kAddLeftShift);
        const std::int32_t addend =
            (addends.weights[i % channels] - addends.params.zero_point) * (1 << kAddLeftShift);
        const std::int32_t sum =
            requantize(value, addends.multipliers[0]) + requantize(addend, addends.multipliers[1]);
        output[i] = clamped(layer, requantize(sum, addends.multipliers[2]));
    }
}

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

}  // namespace nanonas::exporting
