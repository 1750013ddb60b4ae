// Where a ReLU6 ends.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "export/int8/int8_network.hpp"

namespace nanonas::exporting {

/// The int8 value that stands for 6, or 127 where 6 lies above it (TFLite's
/// CalculateActivationRangeQuantized).
inline std::int8_t relu6_ceiling(const QuantParams& params) {
    const double steps = std::min(256.0, static_cast<double>(std::round(6.0F / params.scale)));
    return static_cast<std::int8_t>(
        std::min(127, params.zero_point + static_cast<std::int32_t>(steps)));
}

}  // namespace nanonas::exporting
