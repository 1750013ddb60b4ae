// Requantization: int32 accumulators to int8 as TFLite's kernels do it, with integers only
// (gemmlowp fixedpoint.h; Jacob et al. 2018, section 2.2), but for dense layers, which take a
// double.
#pragma once

#include <cstddef>
#include <cstdint>

#include "export/int8/int8_network.hpp"

namespace nanonas::exporting {

/// The nearest multiplier: relative error at most 2^-31. M below 2^-32 becomes 0: no accumulator
/// reaches one output step with it. Throws ExportError unless 0 <= M < 2^30.
FixedMultiplier fixed_multiplier(double m);

/// S_in * S_w / S_out of a FixedMultiplier, as TFLite's kernels compute it: in double, but for a
/// dense layer with one scale for all its weights the first product is a float.
double scale_ratio(float in, float weight, float out, bool one_dense_scale);

/// round(a b / 2^31), halves up (towards +infinity); INT32_MIN squared saturates.
std::int32_t saturating_rounding_doubling_high_mul(std::int32_t a, std::int32_t b);

/// round(x / 2^exponent), halves away from zero; exponent in [0, 31].
std::int32_t rounding_divide_by_pot(std::int32_t x, std::int32_t exponent);

/// acc * M with TFLite's double rounding: first the high multiply, then the right shift. A left
/// shift happens before both and saturates (quantize() never makes one).
std::int32_t requantize(std::int32_t acc, const FixedMultiplier& multiplier);

/// S_in * S_w / S_out of one output in double: what LiteRT's reference kernel of a dense layer
/// multiplies by.
double real_factor(const Int8Layer& layer, std::size_t out);

/// acc * factor as a double, rounded once, halves away from zero. What leaves int32 saturates.
std::int32_t requantize_once(std::int32_t acc, double factor);

/// What a convolution or dense layer writes for the sum `acc` of output channel `out`.
std::int8_t requantized_output(const Int8Layer& layer, std::size_t out, std::int32_t acc);

}  // namespace nanonas::exporting
