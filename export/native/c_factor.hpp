// The factor of a dense layer in the generated C, which has no double: all its bits as an integer.
#pragma once

#include <cstdint>

namespace nanonas::exporting {

/// factor = words * 2^(left - 87), words in [2^63, 2^64) and left in [0, 31] unless the factor is
/// less than 2^-24.
struct CFactor {
    std::uint64_t words = 0;
    std::int32_t left = 0;
};

/// Exact, but that 255 stands for what is more and 0 for what is less than 2^-34: an int32 sum
/// makes at least 255 steps of the output with the one and rounds to 0 with the other, unless it
/// is 0 itself. Throws ExportError for a negative factor and for what is no number.
CFactor c_factor(double factor);

}  // namespace nanonas::exporting
