// Whole numbers for property tests.
#pragma once

#include <cstdint>

#include "space/random.hpp"

namespace nanonas::testing {

/// Uniform in [low, high].
inline std::int64_t draw(Rng& rng, std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(high - low + 1)));
}

}  // namespace nanonas::testing
