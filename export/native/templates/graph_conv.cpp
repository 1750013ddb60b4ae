// Convolutions in networks that are graphs: windows spread out, sums on cores without the DSP
// extension, rows.
#include "export/native/templates/c_templates.hpp"

namespace nanonas::exporting {

const char* const kGraphSpreadTemplate = R"(/*
 * The values under a window that begins `offset` values behind the row's first, counted up from the
 * smallest, as one of `columns` (1 or 2) that lie between each other; returns 128 times their sum.
 * Where sums saturate two values of a column are a word, elsewhere each column has a half of it. Rows
 * of an odd number have one more, whose weights are 0; it is what lies behind them, or 0.
 */
OWN_FUNCTION int32_t spread_window(const network_t *net, const stage_t *stage, int32_t offset,
                                   int16_t *to, int32_t columns)
{
    const int32_t run = stage->window * stage->in;
    const int16_t *const end = to + (stage->taps * columns);
    uint32_t sum = 0U;
    int32_t row;
#if SATURATES
    const int32_t bytes = 4 * columns;
    const int32_t words = (run + 1) / 4;
    const uint32_t least = 0x80808080U;
    for (row = 0; row < stage->rows; row++) {
        const int8_t *from = net->bytes + net->at[row] + offset;
        if (words != 0) {
            const int8_t *const last = from + (4 * words);
            const uint32_t zero = 0U;
            uint32_t w;
            uint32_t even;
            uint32_t rest;
            __asm__ volatile(
                "1:\n\t"
                "ldr %[w], [%[from]], #4\n\t"
                "eor %[w], %[w], %[least]\n\t"
                "usada8 %[sum], %[w], %[zero], %[sum]\n\t"
                "uxtb16 %[even], %[w]\n\t"
                "uxtb16 %[w], %[w], ror #8\n\t"
                "pkhbt %[rest], %[even], %[w], lsl #16\n\t"
                "pkhtb %[w], %[w], %[even], asr #16\n\t"
                "str %[rest], [%[to]]\n\t"
                "str %[w], [%[to], %[bytes]]\n\t"
                "cmp %[from], %[last]\n\t"
                "add %[to], %[to], %[bytes], lsl #1\n\t"
                "bne 1b"
                : [from] "+r"(from), [to] "+r"(to), [sum] "+r"(sum), [w] "=&r"(w),
                  [even] "=&r"(even), [rest] "=&r"(rest)
                : [least] "r"(least), [zero] "r"(zero), [bytes] "r"(bytes), [last] "r"(last)
                : "cc", "memory");
        }
        if (((run + 1) & 2) != 0) {
            const uint32_t first = *(const uint8_t *)from ^ 0x80U;
            const uint32_t second = *(const uint8_t *)(from + 1) ^ 0x80U;
            store_word(to, first | (second << 16));
            sum += first + second;
            to += 2 * columns;
        }
    }
    while (to < end) {
        store_word(to, 0U);
        to += 2 * columns;
    }
#else
    for (row = 0; row < stage->rows; row++) {
        const int8_t *from = net->bytes + net->at[row] + offset;
        const int8_t *const behind = from + run;
        do {
            const uint32_t value = (uint32_t)*(const uint8_t *)from ^ 0x80U;
            *to = (int16_t)value;
            sum += value;
            to += columns;
            from++;
        } while (from != behind);
        if ((run & 1) != 0) {
            *to = 0;
            to += columns;
        }
    }
    while (to < end) {
        *to = 0;
        to += columns;
    }
#endif
    return (int32_t)(sum << 7);
}

)";

const char* const kGraphProductsTemplate = R"(#if !SATURATES
/* Of two outputs, a and b, in a first and a second column. */
typedef struct {
    int32_t first_a, second_a, first_b, second_b;
} sums_t;

#if USE_THUMB1
/*
 * A word has a value of either column, and weights are counted up from the smallest: one product has
 * both columns' in its halves.
 */
#define WEIGHT(at, sum, high)                   \
    "ldrb %[w], [%[weights], #" at "]\n\t"      \
    "muls %[w], %[p], %[w]\n\t"                 \
    "adds %[" sum "], %[" sum "], %[w]\n\t"     \
    "lsrs %[w], %[w], #16\n\t"                  \
    "add %[" high "], %[w]\n\t"
#define TAP(at, a, b) "ldr %[p], [%[column], #" at "]\n\t" WEIGHT(a, "a", "c") WEIGHT(b, "b", "d")
INLINE_FUNCTION sums_t sums_of_two(const int8_t *weights, const int16_t *column, int32_t taps,
                                   int32_t first, int32_t second)
{
    const int8_t *const end = weights + (2 * taps);
    sums_t sums;
    uint32_t a = 0U;
    uint32_t b = 0U;
    uint32_t c = 0U;
    uint32_t d = 0U;
    uint32_t p;
    uint32_t w;
    __asm__ volatile(
        ".syntax unified\n"
        "1:\n\t" TAP("0", "0", "1") TAP("4", "2", "3") TAP("8", "4", "5") TAP("12", "6", "7")
        "adds %[weights], #8\n\t"
        "adds %[column], #16\n\t"
        "cmp %[weights], %[end]\n\t"
        "bne 1b"
        : [weights] "+l"(weights), [column] "+l"(column), [a] "+l"(a), [b] "+l"(b), [c] "+h"(c),
          [d] "+h"(d), [p] "=&l"(p), [w] "=&l"(w)
        : [end] "h"(end)
        : "cc", "memory");
    sums.first_a = (int32_t)(a - (c << 16) - (uint32_t)first);
    sums.second_a = (int32_t)(c - (uint32_t)second);
    sums.first_b = (int32_t)(b - (d << 16) - (uint32_t)first);
    sums.second_b = (int32_t)(d - (uint32_t)second);
    return sums;
}

#define TAP_OF_ONE(at, a, b)                 \
    "ldrh %[p], [%[column], #" at "]\n\t"    \
    "ldrb %[w], [%[weights], #" a "]\n\t"    \
    "muls %[w], %[p], %[w]\n\t"              \
    "adds %[a], %[a], %[w]\n\t"              \
    "ldrb %[w], [%[weights], #" b "]\n\t"    \
    "muls %[w], %[p], %[w]\n\t"              \
    "adds %[b], %[b], %[w]\n\t"
INLINE_FUNCTION sums_t sums_of_one(const int8_t *weights, const int16_t *column, int32_t taps,
                                   int32_t first)
{
    const int8_t *const end = weights + (2 * taps);
    sums_t sums = {-first, 0, -first, 0};
    uint32_t p;
    uint32_t w;
    __asm__ volatile(
        ".syntax unified\n"
        "1:\n\t" TAP_OF_ONE("0", "0", "1") TAP_OF_ONE("2", "2", "3") TAP_OF_ONE("4", "4", "5")
        TAP_OF_ONE("6", "6", "7")
        "adds %[weights], #8\n\t"
        "adds %[column], #8\n\t"
        "cmp %[weights], %[end]\n\t"
        "bne 1b"
        : [weights] "+l"(weights), [column] "+l"(column), [a] "+l"(sums.first_a),
          [b] "+l"(sums.first_b), [p] "=&l"(p), [w] "=&l"(w)
        : [end] "h"(end)
        : "cc", "memory");
    return sums;
}
#else
INLINE_FUNCTION sums_t sums_of_two(const int8_t *weights, const int16_t *column, int32_t taps,
                                   int32_t first, int32_t second)
{
    const int8_t *const end = weights + (2 * taps);
    sums_t sums = {0, 0, 0, 0};
    (void)first;
    (void)second;
    do {
        sums.first_a += weights[0] * column[0];
        sums.second_a += weights[0] * column[1];
        sums.first_b += weights[1] * column[0];
        sums.second_b += weights[1] * column[1];
        weights += 2;
        column += 2;
    } while (weights != end);
    return sums;
}

INLINE_FUNCTION sums_t sums_of_one(const int8_t *weights, const int16_t *column, int32_t taps,
                                   int32_t first)
{
    const int8_t *const end = weights + (2 * taps);
    sums_t sums = {0, 0, 0, 0};
    (void)first;
    do {
        sums.first_a += weights[0] * *column;
        sums.first_b += weights[1] * *column;
        weights += 2;
        column++;
    } while (weights != end);
    return sums;
}
#endif
#endif

)";

const char* const kGraphConvTemplate =
    R"(OWN_FUNCTION void conv_row(const network_t *net, const stage_t *stage, int8_t *to)
{
    const int32_t advance = stage->stride * stage->in;
    const output_t output = output_of(net, stage);
    columns_t made;
    int8_t *const row = to;
    int32_t offset = -(stage->left * stage->in);
    int32_t columns = stage->columns;
    begin_columns(net, stage, &output, &made);
    for (; columns > 1; columns -= 2) {
        const int32_t first = spread_window(net, stage, offset, net->spread, 2);
        const int32_t second =
            spread_window(net, stage, offset + advance, net->spread + SECOND_COLUMN, 2);
        make_columns(net, stage, &output, &made, to, first, second, 2);
        offset += 2 * advance;
        to += 2 * stage->out;
    }
    if (columns != 0) {
        const int32_t first = spread_window(net, stage, offset, net->spread, 1);
        make_columns(net, stage, &output, &made, to, first, 0, 1);
        to += stage->out;
    }
    clamp_row(net, stage, row, to);
}

)";

}  // namespace nanonas::exporting
