// A number of channels in blocks of nearly one size.
#pragma once

#include <vector>

#include "train/engine/fast/kernels/lanes.hpp"

namespace nanonas::train::lanes {

/// As few blocks as there can be of at most `most`.
inline std::vector<Index> balanced(Index total, Index most) {
    const Index count = (total + most - 1) / most;
    std::vector<Index> blocks;
    for (Index b = 0; b < count; ++b) {
        blocks.push_back(total * (b + 1) / count - total * b / count);
    }
    return blocks;
}

}  // namespace nanonas::train::lanes
