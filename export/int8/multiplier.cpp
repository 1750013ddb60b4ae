#include "export/int8/multiplier.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

constexpr std::int64_t kOne = std::int64_t{1} << 31;  // 1.0 in Q31
constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();

}  // namespace

FixedMultiplier fixed_multiplier(double m) {
    if (!(m >= 0.0 && m < 0x1p30)) {
        throw ExportError("multiplier " + std::to_string(m) + " is outside [0, 2^30)");
    }
    int shift = 0;
    const double fraction = std::frexp(m, &shift);
    std::int64_t m0 = std::llround(std::ldexp(fraction, 31));
    if (m0 == kOne) {
        m0 /= 2;
        ++shift;
    }
    if (m0 == 0 || shift < -31) {
        return {0, 0};
    }
    if (shift > 30) {
        return {kMost, 30};
    }
    return {static_cast<std::int32_t>(m0), shift};
}

double scale_ratio(float in, float weight, float out, bool one_dense_scale) {
    const double product = one_dense_scale ? static_cast<double>(in * weight)
                                           : static_cast<double>(in) * static_cast<double>(weight);
    return product / static_cast<double>(out);
}

std::int32_t saturating_rounding_doubling_high_mul(std::int32_t a, std::int32_t b) {
    if (a == kLeast && b == kLeast) {
        return kMost;
    }
    const std::int64_t product = std::int64_t{a} * b;
    // Truncation towards zero after this nudge equals floor(product / 2^31 + 1/2).
    const std::int64_t nudge = product >= 0 ? kOne / 2 : 1 - kOne / 2;
    return static_cast<std::int32_t>((product + nudge) / kOne);
}

std::int32_t rounding_divide_by_pot(std::int32_t x, std::int32_t exponent) {
    const std::int64_t half = exponent == 0 ? 0 : std::int64_t{1} << (exponent - 1);
    const std::int64_t magnitude = (std::abs(std::int64_t{x}) + half) >> exponent;
    return static_cast<std::int32_t>(x < 0 ? -magnitude : magnitude);
}

std::int32_t requantize(std::int32_t acc, const FixedMultiplier& multiplier) {
    const std::int64_t widened =
        std::int64_t{acc} * (std::int64_t{1} << std::max(multiplier.shift, 0));
    const auto shifted =
        static_cast<std::int32_t>(std::clamp(widened, std::int64_t{kLeast}, std::int64_t{kMost}));
    return rounding_divide_by_pot(saturating_rounding_doubling_high_mul(shifted, multiplier.m0),
                                  std::max(-multiplier.shift, 0));
}

double real_factor(const Int8Layer& layer, std::size_t out) {
    return scale_ratio(layer.in.scale, layer.constants.weight_scales[out], layer.out.scale, false);
}

std::int32_t requantize_once(std::int32_t acc, double factor) {
    const double value = std::round(static_cast<double>(acc) * factor);
    return static_cast<std::int32_t>(
        std::clamp(value, static_cast<double>(kLeast), static_cast<double>(kMost)));
}

std::int8_t requantized_output(const Int8Layer& layer, std::size_t out, std::int32_t acc) {
    const Int8Constants& constants = layer.constants;
    // Wide: a saturated accumulator plus the zero point leaves int32.
    const std::int64_t value =
        std::int64_t{constants.one_rounding ? requantize_once(acc, real_factor(layer, out))
                                            : requantize(acc, constants.multipliers[out])} +
        layer.out.zero_point;
    return static_cast<std::int8_t>(
        std::clamp<std::int64_t>(value, constants.clamp_min, constants.clamp_max));
}

}  // namespace nanonas::exporting
