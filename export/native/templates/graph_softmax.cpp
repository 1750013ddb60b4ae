// TensorFlow Lite's softmax (export/int8/op/softmax.cpp) in C.
#include "export/native/templates/c_templates.hpp"

namespace nanonas::exporting {

const char* const kGraphSoftmaxTemplate = R"(/* a * b of Q0.31, or of one Q0.31 and anything. */
OWN_FUNCTION int32_t q31_times(int32_t a, int32_t b)
{
    return (int32_t)((((int64_t)a * b) + ((int64_t)1 << 30)) >> 31);
}

/* Halves away from zero. */
INLINE_FUNCTION int32_t q31_shifted(int32_t value, int32_t exponent)
{
    const int32_t half = (int32_t)((1U << (uint32_t)exponent) >> 1);
    return (int32_t)(((int64_t)value + half - (((value < 0) && (half != 0)) ? 1 : 0)) >> exponent);
}

/* exp(difference) as Q0.31 for a difference of at most 0 in Q5.26. */
OWN_FUNCTION int32_t q31_exp(int32_t difference)
{
    static const int32_t powers[7] = {1672461947, 1302514674, 790015084, 290630308,
                                      39332535,   720401,     242};
    const int32_t quarter = (int32_t)1 << 24;
    const int32_t near = (difference & (quarter - 1)) - quarter;
    const int32_t rest = near - difference;
    const int32_t x = (near * 32) + ((int32_t)1 << 28);
    const int32_t x2 = q31_times(x, x);
    const int32_t x3 = q31_times(x2, x);
    const int32_t x4 = q31_shifted(q31_times(x2, x2), 2);
    int32_t result;
    int32_t i;
    if (difference == 0) {
        return INT32_MAX;
    }
    result = 1895147668 +
             q31_times(1895147668, x + q31_shifted(q31_times(x4 + x3, 715827883) + x2, 1));
    for (i = 0; i < 7; i++) {
        if ((rest & (quarter << i)) != 0) {
            result = q31_times(result, powers[i]);
        }
    }
    return result;
}

/* exp(value less the largest) as Q0.31; nothing below `taps`, where Q5.26 ends. */
INLINE_FUNCTION int32_t exponential(const stage_t *stage, int32_t difference)
{
    const int32_t shift = stage->shift[0];
    int32_t scaled_up = difference;
    if (difference < stage->taps) {
        return 0;
    }
    if (shift > 0) {
        scaled_up *= (int32_t)1 << shift;
    }
    scaled_up = q31_times(scaled_up, stage->multiplier[0]);
    return q31_exp(q31_shifted(scaled_up, (shift < 0) ? -shift : 0));
}

OWN_FUNCTION void softmax_row(const network_t *net, const stage_t *stage, int8_t *to)
{
    const int8_t *const from = net->bytes + net->at[0];
    int32_t largest = -128;
    int32_t sum = 0;
    int32_t zeros = 0;
    int32_t half;
    int32_t guess;
    int32_t i;
    for (i = 0; i < stage->out; i++) {
        largest = (from[i] > largest) ? from[i] : largest;
    }
    for (i = 0; i < stage->out; i++) {
        sum += q31_shifted(exponential(stage, from[i] - largest), 12);
    }
    /* 1 / sum by Newton and Raphson: 48/17 - 32/17 half in Q2.29 is the first guess */
    while (((uint32_t)sum << zeros) < 0x80000000U) {
        zeros++;
    }
    half = (int32_t)(((uint32_t)sum << zeros) >> 1);
    guess = 1515870810 + q31_times(half, -1010580540);
    for (i = 0; i < 3; i++) {
        guess += q31_times(guess, ((int32_t)1 << 29) - q31_times(half, guess)) * 4;
    }
    guess = (guess > (INT32_MAX / 2)) ? INT32_MAX : (guess * 2);
    for (i = 0; i < stage->out; i++) {
        const int32_t exponent = (12 - zeros) + 31 - 8;
        const int32_t share = q31_times(guess, exponential(stage, from[i] - largest));
        const int32_t steps = ((exponent > 31) ? 0 : q31_shifted(share, exponent)) - 128;
        to[i] = (int8_t)((steps > 127) ? 127 : steps);
    }
}

)";

}  // namespace nanonas::exporting
