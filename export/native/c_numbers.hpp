// What the generated kernels compute with instead of the network's own numbers: lines hold values
// counted up from the smallest a map can have, never negative, so that the narrowest loads read
// them; the difference goes into the biases, and padding is the value that stands for a real 0.
#pragma once

#include <cstdint>
#include <vector>

#include "export/native/c_model.hpp"

namespace nanonas::exporting {

struct CStageNumbers {
    std::vector<std::int32_t> bias;  ///< of sums over counted-up inputs; doubled when `quick`
    std::int32_t padding = 0;        ///< [0, 255]
    std::int32_t low = 0;            ///< smallest output, relative to its zero point
    std::int32_t range = 0;          ///< largest output less the smallest
};

struct CNumbers {
    std::vector<CStageNumbers> stages;
    /// Each stage clamps at its zero point and 255 above it, no multiplier shifts to the left and
    /// no doubled sum leaves int32: a sum below 0 then gives 0, and one rounded high product is
    /// enough. So it is with every network the quantizer makes, short of multipliers of 1 and more.
    bool quick = false;
};

CNumbers c_numbers(const CModel& model);

}  // namespace nanonas::exporting
