// How much rounding to int8 adds to float activations.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "export/int8/int8_network.hpp"

namespace nanonas::exporting {

/// Sums of squares over activations, in the square of the float network's unit.
struct Power {
    double signal = 0.0;  ///< of the float values
    double error = 0.0;   ///< of (dequantized int8 - float)

    Power& operator+=(const Power& other) {
        signal += other.signal;
        error += other.error;
        return *this;
    }
};

/// Of as many `rounded` values as `exact` ones: `rounded` stands for scale * (q - zero_point).
inline Power power(const std::vector<float>& exact, const std::vector<std::int8_t>& rounded,
                   const QuantParams& params) {
    Power sum;
    for (std::size_t i = 0; i < exact.size(); ++i) {
        const double value = static_cast<double>(exact[i]);
        const double error =
            static_cast<double>(params.scale) * (rounded[i] - params.zero_point) - value;
        sum.signal += value * value;
        sum.error += error * error;
    }
    return sum;
}

/// Signal to quantization noise ratio, 10 log10(signal / error) dB; infinite without error.
inline double sqnr_db(const Power& sum) {
    return sum.error > 0.0 ? 10.0 * std::log10(sum.signal / sum.error) : HUGE_VAL;
}

}  // namespace nanonas::exporting
