// The kernel that takes nearly all of the time: a row of 2x2 blocks under a pool, in portable C and
// for two families of cores. All give the same bits.
#include "export/native/templates/c_templates.hpp"

namespace nanonas::exporting {

const char* const kPooledKernelTemplate = R"(#if USE_DSP
/* The right column's pixels, then the left's and on; a product added to a sum. */
#define DSP_LOAD(from) "ldr %[pixels], [%[" #from "], %[right]]\n\t"
#define DSP_LOAD_STEP(from, bytes) "ldr %[pixels], [%[" #from "]], #" #bytes "\n\t"
#define DSP_ADD(how, sum, weight) how " %[" #sum "], %[" #weight "], %[pixels], %[" #sum "]\n\t"
#elif USE_THUMB1
/* One product of the weight and a pixel, and one tap of the block: sums in high registers. */
#define PRODUCT(sum, from, at)                \
    "ldrh %[p], [%[" from "], #" at "]\n\t"   \
    "muls %[p], %[weight], %[p]\n\t"          \
    "add %[" sum "], %[" sum "], %[p]\n\t"
#define TAP(weight_at, at)                                     \
    "ldrb %[weight], [%[weights], #" weight_at "]\n\t"         \
    "sxtb %[weight], %[weight]\n\t"                            \
    PRODUCT("a", "top", at) PRODUCT("b", "top_right", at)      \
    PRODUCT("c", "low", at) PRODUCT("d", "low_right", at)
#define THREE_OF_PAIR TAP("0", "0") TAP("2", "2") TAP("4", "4")
#define NINE_OF_PAIR                                           \
    THREE_OF_PAIR TAP("6", "6") TAP("8", "8") TAP("10", "10")  \
    TAP("12", "12") TAP("14", "14") TAP("16", "16")
#define THREE_OF_LAST TAP("0", "0") TAP("1", "2") TAP("2", "4")
#define NINE_OF_LAST                                           \
    THREE_OF_LAST TAP("3", "6") TAP("4", "8") TAP("5", "10")   \
    TAP("6", "12") TAP("7", "14") TAP("8", "16")
/* Taps in a loop while the weights lie below the limit, at least once. */
#define TAPS_UP_TO(limit, taps, weight_bytes, pixel_bytes)                                       \
    __asm__ volatile(                                                                            \
        ".syntax unified\n"                                                                      \
        "1:\n\t" taps                                                                            \
        "adds %[weights], #" weight_bytes "\n\t"                                                 \
        "adds %[top], #" pixel_bytes "\n\t"                                                      \
        "adds %[top_right], #" pixel_bytes "\n\t"                                                \
        "adds %[low], #" pixel_bytes "\n\t"                                                      \
        "adds %[low_right], #" pixel_bytes "\n\t"                                                \
        "cmp %[weights], %[end]\n\t"                                                             \
        "bhs 2f\n\t" /* too far for a conditional branch back */                                 \
        "b 1b\n"                                                                                 \
        "2:"                                                                                     \
        : [weights] "+l"(weights), [top] "+l"(top), [top_right] "+l"(top_right), [low] "+l"(low), \
          [low_right] "+l"(low_right), [a] "+h"(a), [b] "+h"(b), [c] "+h"(c), [d] "+h"(d),       \
          [weight] "=&l"(weight), [p] "=&l"(pixel)                                           \
        : [end] "h"(limit)                                                                       \
        : "cc", "memory")
#endif

/*
 * Four convolution outputs under a pool window, without bias: their maximum, in the last of an odd
 * number of channels (`stride` 1) or, but for the DSP extension, in one of a pair (2). Rows of taps
 * (3 * in each) start where `rows` point; the right column's lie `in` further.
 */
BLOCK_FUNCTION int32_t largest_of_block(const int8_t *weights, const int16_t *const *rows,
                                        int32_t in, int32_t stride)
{
    int32_t a = 0;
    int32_t b = 0;
    int32_t c = 0;
    int32_t d = 0;
    int32_t row;
#if USE_DSP
    (void)stride;
#endif
    for (row = 0; row < 3; row++) {
        const int16_t *top = rows[row];
        const int16_t *low = rows[row + 1];
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
        const int16_t *top_right = top + in;
        const int16_t *low_right = low + in;
        const int8_t *const end = weights + (3 * in * stride);
        const int8_t *const nines_end = end - (8 * stride);
        int32_t weight;
        int32_t pixel;
        if (stride == 2) {
            if (weights < nines_end) {
                TAPS_UP_TO(nines_end, NINE_OF_PAIR, "18", "18");
            }
            if (weights < end) {
                TAPS_UP_TO(end, THREE_OF_PAIR, "6", "6");
            }
            weights += (in & 1) * 2;
        } else {
            if (weights < nines_end) {
                TAPS_UP_TO(nines_end, NINE_OF_LAST, "9", "18");
            }
            if (weights < end) {
                TAPS_UP_TO(end, THREE_OF_LAST, "3", "6");
            }
        }
#else
        const int8_t *const end = weights + (3 * in * stride);
        while (weights < end) {
            const int32_t weight = *weights;
            a += weight * top[0];
            b += weight * top[in];
            c += weight * low[0];
            d += weight * low[in];
            weights += stride;
            top++;
            low++;
        }
        weights += (stride == 2) ? ((in & 1) * 2) : 0;
#endif
    }
    a = (b > a) ? b : a;
    c = (d > c) ? d : c;
    return (c > a) ? c : a;
}

/* One row of pooled outputs from four input rows: the maximum first, requantized once. */
static void pooled_row(const stage_t *stage, const int16_t **rows, int16_t *to, int32_t *totals)
{
    const int32_t in = stage->in;
    const int32_t pair_bytes = ((3 * in) + 1) / 2 * 12;
    int32_t column;
    for (column = 0; column < stage->out_width; column++) {
        const int8_t *weights = stage->weights;
        int32_t channel;
        for (channel = 0; channel < (stage->out - 1); channel += 2) {
#if USE_DSP
            const int64_t both = stage->block(weights, rows);
            to = put_output(stage, channel, (int32_t)(both & 0xFFFFFFFF), to, totals);
            to = put_output(stage, channel + 1, (int32_t)(both >> 32), to, totals);
#else
            int32_t i;
            for (i = 0; i < 2; i++) {
                const int32_t largest = largest_of_block(weights + i, rows, in, 2);
                to = put_output(stage, channel + i, largest, to, totals);
            }
#endif
            weights += pair_bytes;
        }
        if (channel < stage->out) {
            const int32_t largest =@block_of_last@largest_of_block(weights, rows, in, 1);
            to = put_output(stage, channel, largest, to, totals);
        }
        rows[0] += 2 * in;
        rows[1] += 2 * in;
        rows[2] += 2 * in;
        rows[3] += 2 * in;
    }
}

)";

}  // namespace nanonas::exporting
