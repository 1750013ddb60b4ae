#include "export/native/c_numbers.hpp"

#include <algorithm>
#include <cstdlib>

namespace nanonas::exporting {

namespace {

struct ChannelSums {
    std::int64_t weights = 0;
    std::int64_t magnitudes = 0;
};

ChannelSums channel_sums(const Int8Constants& layer, std::size_t channel) {
    const std::size_t taps = layer.weights.size() / layer.bias.size();
    ChannelSums sums;
    for (std::size_t i = channel * taps; i < (channel + 1) * taps; ++i) {
        sums.weights += layer.weights[i];
        sums.magnitudes += std::abs(layer.weights[i]);
    }
    return sums;
}

/// Modulo 2^32, as the kernels add.
std::int32_t wrapped(std::int64_t value) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
}

}  // namespace

CNumbers c_numbers(const CModel& model) {
    constexpr std::int64_t kLargestInput = 255;
    constexpr std::int64_t kDoubledLimit = std::int64_t{1} << 30;
    CNumbers numbers;
    numbers.quick = true;
    std::vector<std::vector<std::int64_t>> biases;
    // The smallest value of the map a stage reads, relative to its zero point.
    std::int64_t smallest = -128 - model.convs.front().in.zero_point;
    for (const Int8Layer& layer : model.convs) {
        const Int8Constants& conv = layer.constants;
        CStageNumbers stage;
        stage.padding = static_cast<std::int32_t>(-smallest);
        stage.low = conv.clamp_min - layer.out.zero_point;
        stage.range = conv.clamp_max - conv.clamp_min;
        numbers.quick = numbers.quick && stage.low == 0 && stage.range == kLargestInput;
        std::vector<std::int64_t> bias;
        for (std::size_t channel = 0; channel < conv.bias.size(); ++channel) {
            const ChannelSums sums = channel_sums(conv, channel);
            bias.push_back(conv.bias[channel] + smallest * sums.weights);
            numbers.quick = numbers.quick && conv.multipliers[channel].shift <= 0 &&
                            std::abs(bias.back()) + kLargestInput * sums.magnitudes < kDoubledLimit;
        }
        biases.push_back(std::move(bias));
        numbers.stages.push_back(std::move(stage));
        smallest = numbers.stages.back().low;
    }
    for (std::size_t i = 0; i < biases.size(); ++i) {
        for (const std::int64_t bias : biases[i]) {
            numbers.stages[i].bias.push_back(wrapped(numbers.quick ? 2 * bias : bias));
        }
    }
    return numbers;
}

}  // namespace nanonas::exporting
