// From the sum of a channel to its mean.
#pragma once

#include <cstdint>

#include "export/int8/int8_network.hpp"

namespace nanonas::exporting {

/// What a GlobalAveragePool writes for a channel whose values add up to `sum`.
std::int8_t rounded_mean(const Int8Layer& layer, std::int64_t sum);

}  // namespace nanonas::exporting
