// Int8 networks that came from elsewhere, smaller: rewrites that change no byte of what they
// answer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/int8/int8_network.hpp"

namespace nanonas::exporting {

/// What one rewrite took away.
struct PassSaving {
    std::string pass;
    std::int64_t operators = 0;
    std::int64_t weight_bytes = 0;
    std::int64_t macc = 0;

    bool any() const { return operators != 0 || weight_bytes != 0 || macc != 0; }
};

/// All rewrites in their order; a row for each. Scores stay the same, byte for byte.
std::vector<PassSaving> optimize(Int8Network& network);

}  // namespace nanonas::exporting
