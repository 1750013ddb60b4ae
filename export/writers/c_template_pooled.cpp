// The kernel that takes nearly all of the time: a row of 2x2 blocks under a pool, in portable C and
// for two families of cores. All give the same bits.
#include "export/writers/c_templates.hpp"

namespace nanonas::exporting {

const char* const kPooledKernelTemplate = R"(#if USE_DSP
/* The right column's pixels, then the left's and on; a product added to a sum. */
#define DSP_LOAD(from) "ldr %[pixels], [%[" #from "], %[right]]\n\t"
#define DSP_LOAD_STEP(from, bytes) "ldr %[pixels], [%[" #from "]], #" #bytes "\n\t"
#define DSP_ADD(how, sum, weight) how " %[" #sum "], %[" #weight "], %[pixels], %[" #sum "]\n\t"
#elif USE_THUMB1
/* One product of the weight at `pixel`, and one tap of the block: sums in high registers. */
#define PRODUCT(sum, from, at)                     \
    "ldrsh %[pixel], [%[" from "], %[" at "]]\n\t" \
    "muls %[pixel], %[weight], %[pixel]\n\t"       \
    "add %[" sum "], %[" sum "], %[pixel]\n\t"
#define TAP(number)                                     \
    "ldrb %[weight], [%[weights], #" number "]\n\t"     \
    "sxtb %[weight], %[weight]\n\t"                     \
    PRODUCT("a", "top", "left") PRODUCT("b", "top", "right") \
    PRODUCT("c", "low", "left") PRODUCT("d", "low", "right") \
    "adds %[right], %[right], #2\n\t"
#define NEXT "adds %[left], %[left], #2\n\t"
#endif

/*
 * Four convolution outputs under a pool window, without bias: their maximum. Their rows of taps
 * (3 * in each) start `offset` values into the four input rows; the right column's lie `in` further.
 */
static inline int32_t largest_of_block(const int8_t *weights, const int16_t *const *rows,
                                       int32_t offset, int32_t in)
{
    int32_t a = 0;
    int32_t b = 0;
    int32_t c = 0;
    int32_t d = 0;
    int32_t row;
    for (row = 0; row < 3; row++) {
        const int16_t *top = rows[row] + offset;
        const int16_t *low = rows[row + 1] + offset;
#if USE_DSP
        /* In assembly: compilers spill here, and post-indexed loads save pointer arithmetic. */
        const int8_t *limit = weights + (3 * in) - 4;
        const int32_t right = 2 * in;
        uint32_t first;
        uint32_t second;
        uint32_t pixels;
        __asm__ volatile(
            "cmp %[weights], %[limit]\n\t"
            "bhi 2f\n"
            "1:\n\t" /* four taps */
            "ldr %[second], [%[weights]], #4\n\t"
            "sxtb16 %[first], %[second]\n\t"
            "sxtb16 %[second], %[second], ror #8\n\t"
            DSP_LOAD(top) DSP_ADD("smlad", b, first)
            DSP_LOAD_STEP(top, 4) DSP_ADD("smlad", a, first)
            DSP_LOAD(top) DSP_ADD("smlad", b, second)
            DSP_LOAD_STEP(top, 4) DSP_ADD("smlad", a, second)
            DSP_LOAD(low) DSP_ADD("smlad", d, first)
            DSP_LOAD_STEP(low, 4) DSP_ADD("smlad", c, first)
            DSP_LOAD(low) DSP_ADD("smlad", d, second)
            DSP_LOAD_STEP(low, 4) DSP_ADD("smlad", c, second)
            "cmp %[weights], %[limit]\n\t"
            "bls 1b\n"
            "2:\n\t"
            "add %[limit], %[limit], #4\n\t"
            "cmp %[weights], %[limit]\n\t"
            "beq 4f\n"
            "3:\n\t" /* one tap */
            "ldrsb %[first], [%[weights]], #1\n\t"
            DSP_LOAD(top) DSP_ADD("smlabb", b, first)
            DSP_LOAD_STEP(top, 2) DSP_ADD("smlabb", a, first)
            DSP_LOAD(low) DSP_ADD("smlabb", d, first)
            DSP_LOAD_STEP(low, 2) DSP_ADD("smlabb", c, first)
            "cmp %[weights], %[limit]\n\t"
            "bne 3b\n"
            "4:"
            : [weights] "+r"(weights), [top] "+r"(top), [low] "+r"(low), [limit] "+r"(limit),
              [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [first] "=&r"(first),
              [second] "=&r"(second), [pixels] "=&r"(pixels)
            : [right] "r"(right)
            : "cc", "memory");
#elif USE_THUMB1
        /* Offsets in bytes from the ends of the runs, up to 0; 3 * in taps, three at a time. */
        int32_t left = -6 * in;
        int32_t right = -4 * in;
        int32_t weight;
        int32_t pixel;
        top += 3 * in;
        low += 3 * in;
        __asm__ volatile(
            ".syntax unified\n"
            "1:\n\t"
            TAP("0") NEXT TAP("1") NEXT TAP("2")
            "adds %[weights], %[weights], #3\n\t"
            NEXT "bne 1b"
            : [weights] "+l"(weights), [left] "+l"(left), [right] "+l"(right), [a] "+h"(a),
              [b] "+h"(b), [c] "+h"(c), [d] "+h"(d), [weight] "=&l"(weight), [pixel] "=&l"(pixel)
            : [top] "l"(top), [low] "l"(low)
            : "cc", "memory");
#else
        const int8_t *const end = weights + (3 * in);
        while (weights < end) {
            const int32_t weight = *weights++;
            a += weight * top[0];
            b += weight * top[in];
            c += weight * low[0];
            d += weight * low[in];
            top++;
            low++;
        }
#endif
    }
    a = (b > a) ? b : a;
    c = (d > c) ? d : c;
    return (c > a) ? c : a;
}

/* One row of pooled outputs from four input rows: the maximum first, requantized once. */
static void pooled_row(const stage_t *stage, const int16_t *const *rows, int16_t *to, int32_t *totals)
{
    const int32_t in = stage->in;
    int32_t offset = 0;
    int32_t column;
    for (column = 0; column < stage->out_width; column++) {
        const int8_t *weights = stage->weights;
        int32_t channel;
        for (channel = 0; channel < stage->out; channel++) {
            const int32_t largest = largest_of_block(weights, rows, offset, in);
            const int16_t value = output_value(stage, channel, largest);
            weights += 9 * in;
            if (totals != NULL) {
                totals[channel] += value;
            } else {
                *to++ = value;
            }
        }
        offset += 2 * in;
    }
}

)";

}  // namespace nanonas::exporting
