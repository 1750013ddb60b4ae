// What a fixed-point multiplier stands for.
#pragma once

#include <cmath>

#include "export/int8/int8_network.hpp"

namespace nanonas::test {

/// m0 * 2^(shift - 31).
inline double real_multiplier(const exporting::FixedMultiplier& multiplier) {
    return std::ldexp(static_cast<double>(multiplier.m0), multiplier.shift - 31);
}

}  // namespace nanonas::test
