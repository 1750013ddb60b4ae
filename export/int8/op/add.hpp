// The sum of two int8 values of two scales, which a residual and constants per channel share.
#pragma once

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

}  // namespace nanonas::exporting
