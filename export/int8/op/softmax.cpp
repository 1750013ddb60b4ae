// TensorFlow Lite's softmax in integers: reference_ops::Softmax with gemmlowp's fixed-point
// functions (gemmlowp fixedpoint/fixedpoint.h), which TFLite Micro runs, too. Qm.n: m bits before
// the point, n behind it, and a sign.
#include "export/int8/op/softmax.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "export/int8/multiplier.hpp"

namespace nanonas::exporting {

namespace {

constexpr std::int32_t kOne = std::numeric_limits<std::int32_t>::max();  ///< of Q0.31
constexpr int kDifferenceBits = 5;                                       ///< differences are Q5.26
constexpr std::int32_t kFraction = 31 - kDifferenceBits;
constexpr int kSumBits = 12;  ///< sums are Q12.19

/// a * b of Q0.31, or of one Q0.31 and anything.
std::int32_t times(std::int32_t a, std::int32_t b) {
    return saturating_rounding_doubling_high_mul(a, b);
}

/// x * 2^exponent, saturated.
std::int32_t shifted(std::int32_t x, int exponent) {
    const std::int64_t wide = std::int64_t{x} * (std::int64_t{1} << exponent);
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(
        wide, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

/// exp(a) for a in [-1/4, 0), both Q0.31: a Taylor series of the fourth degree around -1/8.
std::int32_t exp_near_zero(std::int32_t a) {
    constexpr std::int32_t kExpMinusEighth = 1895147668;
    constexpr std::int32_t kThird = 715827883;
    const std::int32_t x = a + (1 << 28);
    const std::int32_t x2 = times(x, x);
    const std::int32_t x3 = times(x2, x);
    const std::int32_t x4_over_4 = rounding_divide_by_pot(times(x2, x2), 2);
    const std::int32_t rest = rounding_divide_by_pot(times(x4_over_4 + x3, kThird) + x2, 1);
    return kExpMinusEighth + times(kExpMinusEighth, x + rest);
}

/// exp(a) as Q0.31 for a <= 0 in Q5.26.
std::int32_t exp_of_negative(std::int32_t a) {
    if (a == 0) {
        return kOne;
    }
    constexpr std::int32_t kQuarter = 1 << 24;
    const std::int32_t near = (a & (kQuarter - 1)) - kQuarter;
    std::int32_t result = exp_near_zero(shifted(near, kDifferenceBits));
    // exp(-2^i) for i = -2, ..., 4.
    constexpr std::int32_t kPowers[] = {1672461947, 1302514674, 790015084, 290630308,
                                        39332535,   720401,     242};
    const std::int32_t rest = near - a;
    for (std::size_t i = 0; i < std::size(kPowers); ++i) {
        if ((rest & (kQuarter << i)) != 0) {
            result = times(result, kPowers[i]);
        }
    }
    return result;
}

struct Reciprocal {
    std::int32_t value;  ///< Q0.31
    int exponent;        ///< times 2^-exponent
};

/// 1 / x for x > 0 in Q12.19: Newton and Raphson on 1 / (1 + y), y in [0, 1).
Reciprocal reciprocal(std::int32_t x) {
    int zeros = 0;
    while ((static_cast<std::uint32_t>(x) << zeros) < (1U << 31)) {
        ++zeros;
    }
    const auto y = static_cast<std::int32_t>((static_cast<std::uint32_t>(x) << zeros) - (1U << 31));
    const auto half = static_cast<std::int32_t>((std::int64_t{y} + kOne + 1) / 2);  // (1 + y) / 2
    // 48/17 - 32/17 half in Q2.29 is a first guess at 1 / half.
    constexpr std::int32_t k48Over17 = 1515870810;
    constexpr std::int32_t kMinus32Over17 = -1010580540;
    std::int32_t guess = k48Over17 + times(half, kMinus32Over17);
    for (int step = 0; step < 3; ++step) {
        const std::int32_t error = (1 << 29) - times(half, guess);
        guess += shifted(times(guess, error), 2);
    }
    return {shifted(guess, 1), kSumBits - zeros};
}

void run(const Int8Layer& layer, const Int8Op::Maps& inputs, Int8Op::Map& output) {
    const Int8Op::Map& input = *inputs.front();
    const FixedMultiplier& step = layer.constants.multipliers.front();
    // Differences that leave Q5.26 count as nothing.
    const auto least =
        -static_cast<std::int32_t>(std::floor(std::ldexp(31.0, kFraction - step.shift)));
    const std::int8_t largest = *std::max_element(input.begin(), input.end());
    const auto exponential = [&](std::int8_t value) {
        const std::int32_t difference = value - largest;
        return difference < least ? 0 : exp_of_negative(requantize(difference, step));
    };
    std::int32_t sum = 0;
    for (const std::int8_t value : input) {
        sum += rounding_divide_by_pot(exponential(value), kSumBits);
    }
    const Reciprocal scale = reciprocal(sum);
    for (std::size_t i = 0; i < input.size(); ++i) {
        // From Q0.31 to 256 steps.
        const int exponent = scale.exponent + 31 - 8;
        const std::int32_t share = times(scale.value, exponential(input[i]));
        const std::int32_t steps = exponent > 31 ? 0 : rounding_divide_by_pot(share, exponent);
        output[i] = static_cast<std::int8_t>(std::clamp(steps - 128, -128, 127));
    }
}

}  // namespace

FixedMultiplier softmax_multiplier(float beta, float scale) {
    const double largest_step = std::ldexp(static_cast<double>(kOne), -kFraction);
    FixedMultiplier step = fixed_multiplier(
        std::min(static_cast<double>(beta) * static_cast<double>(scale), largest_step));
    step.shift += kFraction;
    return step;
}

Int8Op int8_op(const space::Softmax&) {
    return {[](const Int8Layer&) -> std::string { return "softmax"; }, round_never, run};
}

}  // namespace nanonas::exporting
