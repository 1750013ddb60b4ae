// The sum of two int8 values of two scales, which a residual and constants per channel share.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "export/int8/multiplier.hpp"

namespace nanonas::exporting {

/// Two values less their zero points, at 2^20 more bits of the larger scale's double.
inline std::int32_t rescaled_sum(std::int32_t value, std::int32_t addend,
                                 const std::vector<FixedMultiplier>& multipliers) {
    constexpr std::int32_t kLeftShift = 1 << 20;
    const std::int32_t sum = requantize(value * kLeftShift, multipliers[0]) +
                             requantize(addend * kLeftShift, multipliers[1]);
    return requantize(sum, multipliers[2]);
}

/// What it takes, of a sum of scale `out`.
inline std::vector<FixedMultiplier> sum_multipliers(float value, float addend, float out) {
    const double common = 2.0 * static_cast<double>(std::max(value, addend));
    return {fixed_multiplier(static_cast<double>(value) / common),
            fixed_multiplier(static_cast<double>(addend) / common),
            fixed_multiplier(common / (0x1p20 * static_cast<double>(out)))};
}

}  // namespace nanonas::exporting
