#include "export/simd/int8_sums.hpp"

#include <algorithm>

#include "export/int8/multiplier.hpp"
#include "export/simd/kernels/requantize.hpp"

namespace nanonas::exporting::simd {

namespace {

/// Without a shift to the left, which saturates.
bool plain(const FixedMultiplier& multiplier) {
    return multiplier.m0 >= 0 && multiplier.shift <= 0 && multiplier.shift >= -31;
}

}  // namespace

Int8Sums::Int8Sums(const Int8Layer& layer)
    : window_sums_(layer.node, layer.constants.weights, layer.constants.bias, false),
      zero_point_(static_cast<std::int8_t>(layer.in.zero_point)),
      elements_(static_cast<std::size_t>(layer.node.output.elements())) {}

void Int8Sums::run(const std::vector<std::int8_t>& input, std::vector<std::int16_t>& padded,
                   std::vector<std::int32_t>& sums) const {
    sums.resize(elements_ + kLanes);
    window_sums_.run(input, zero_point_, padded, sums.data());
}

Int8Rounding::Int8Rounding(const Int8Layer& layer) {
    const std::vector<FixedMultiplier>& multipliers = layer.constants.multipliers;
    vectors_ =
        !layer.constants.one_rounding && std::all_of(multipliers.begin(), multipliers.end(), plain);
    const auto channels =
        static_cast<std::size_t>(padded_channels(static_cast<Index>(multipliers.size())));
    m0_.resize(channels);
    shifts_.resize(channels);
    for (std::size_t i = 0; vectors_ && i < multipliers.size(); ++i) {
        m0_[i] = multipliers[i].m0;
        shifts_[i] = -multipliers[i].shift;
    }
}

void Int8Rounding::run(const Int8Layer& layer, const std::vector<std::int32_t>& sums,
                       std::vector<std::int8_t>& output) const {
    const Index channels = layer.node.output.channels;
    if (vectors_) {
        requantize({sums.data(), static_cast<Index>(output.size()) / channels, channels, m0_.data(),
                    shifts_.data(), layer.out.zero_point, layer.constants.clamp_min,
                    layer.constants.clamp_max, output.data()});
        return;
    }
    for (std::size_t i = 0; i < output.size(); ++i) {
        output[i] = requantized_output(layer, i % static_cast<std::size_t>(channels), sums[i]);
    }
}

}  // namespace nanonas::exporting::simd
