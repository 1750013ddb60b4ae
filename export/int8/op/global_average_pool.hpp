// From the sum of a channel to its mean.
#pragma once

#include <cstdint>

#include "export/int8/int8_network.hpp"

namespace nanonas::exporting {

/// Halves are rounded away from zero.
std::int8_t mean_away_from_zero(std::int64_t sum, std::int64_t count);

/// What a GlobalAveragePool writes for a channel whose values add up to `sum`.
std::int8_t rounded_mean(const Int8Layer& layer, std::int64_t sum);

}  // namespace nanonas::exporting
