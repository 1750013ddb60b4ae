// What happens to the values of a convolution before they leave the registers.
#pragma once

namespace nanonas::train::lanes {

struct ConvolutionEpilogue {
    enum class Kind {
        kStatistics,  ///< store; sums[o] += (sum, sum of squares) per lane
        kStore,
        kRelu,      ///< store max(value, 0)
        kMask,      ///< zero where gate <= 0, then as kGradient
        kGradient,  ///< store; sums[o] += (sum, sum of value * pre) per lane
    };
    Kind kind = Kind::kStatistics;
    float* sums = nullptr;         ///< [out][2][16]
    const float* pre = nullptr;    ///< laid out as `out`: what batch norm's affine map read
    const float* scale = nullptr;  ///< [out]; gate = scale * pre + shift
    const float* shift = nullptr;  ///< [out]
    const float* skip = nullptr;   ///< laid out as `out`, added to the gate; or null
    bool add = false;              ///< to what `out` holds, before anything else
};

}  // namespace nanonas::train::lanes
