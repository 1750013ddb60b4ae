// Sums of products in networks that are graphs: convolutions and dense layers.
#include "export/native/templates/c_templates.hpp"

namespace nanonas::exporting {

const char* const kGraphConvTemplate = R"(/* `count` values counted up from the smallest. */
INLINE_FUNCTION int16_t *spread_run(const int8_t *from, int16_t *to, int32_t count)
{
    const int8_t *const end = from + count;
#if USE_DSP
    const int8_t *const last_word = from + (count & ~3);
    while (from != last_word) {
        const uint32_t word = load_word(from) ^ 0x80808080U;
        uint32_t even;
        uint32_t odd;
        uint32_t high;
        __asm__("uxtb16 %0, %1" : "=r"(even) : "r"(word));
        __asm__("uxtb16 %0, %1, ror #8" : "=r"(odd) : "r"(word));
        __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(high) : "r"(odd), "r"(even));
        store_word(to, (even & 0xFFFFU) | (odd << 16));
        store_word(to + 2, high);
        from += 4;
        to += 4;
    }
#endif
    while (from != end) {
        *to++ = (int16_t)(*from++ + 128);
    }
    return to;
}

/* The values under a window that begins `offset` values behind the row's first. */
OWN_FUNCTION void spread_window(const network_t *net, const stage_t *stage, int32_t offset,
                                int16_t *to)
{
    const int32_t run = stage->window * stage->in;
    int16_t *const end = to + stage->taps;
    int32_t row;
    for (row = 0; row < stage->rows; row++) {
        to = spread_run(net->bytes + net->at[row] + offset, to, run);
    }
    while (to != end) {
        *to++ = 0;
    }
}

#if SMALL_THUMB && defined(__GNUC__)
#define TAP(at, twice)                        \
    "ldrb %[w], [%[weights], #" at "]\n\t"    \
    "sxtb %[w], %[w]\n\t"                     \
    "ldrh %[p], [%[column], #" twice "]\n\t"  \
    "muls %[p], %[w], %[p]\n\t"               \
    "adds %[a], %[a], %[p]\n\t"               \
    "ldrh %[p], [%[second], #" twice "]\n\t"  \
    "muls %[p], %[w], %[p]\n\t"               \
    "adds %[b], %[b], %[p]\n\t"

/* One output in two columns. */
INLINE_FUNCTION void sums_of_output(const int8_t *weights, const int16_t *column, int32_t taps,
                                  int32_t sums[2])
{
    const int8_t *const end = weights + (2 * taps);
    const int16_t *second = column + taps;
    int32_t a = 0;
    int32_t b = 0;
    int32_t w;
    int32_t p;
    __asm__ volatile(
        ".syntax unified\n"
        "1:\n\t" TAP("0", "0") TAP("1", "2") TAP("2", "4") TAP("3", "6")
        "adds %[weights], #8\n\t"
        "adds %[column], #8\n\t"
        "adds %[second], #8\n\t"
        "cmp %[weights], %[end]\n\t"
        "bne 1b"
        : [weights] "+l"(weights), [column] "+l"(column), [second] "+l"(second), [a] "+l"(a),
          [b] "+l"(b), [w] "=&l"(w), [p] "=&l"(p)
        : [end] "h"(end)
        : "cc", "memory");
    sums[0] = a;
    sums[1] = b;
}
#endif

/*
 * Two outputs in two columns. Weights lie by fours: of the one output, of the other. Columns lie one
 * behind the other.
 */
INLINE_FUNCTION void sums_of_two(const int8_t *weights, const int16_t *column, int32_t taps,
                               int32_t sums[4])
{
#if SMALL_THUMB && defined(__GNUC__)
    sums_of_output(weights, column, taps, sums);
    sums_of_output(weights + 4, column, taps, sums + 2);
#else
    const int8_t *const end = weights + (2 * taps);
    const int16_t *second = column + taps;
    int32_t a = 0;
    int32_t b = 0;
    int32_t c = 0;
    int32_t d = 0;
#if USE_DSP
    /* in assembly, as compilers spill here */
    uint32_t w;
    uint32_t v;
    uint32_t x;
    uint32_t y;
    uint32_t p;
    __asm__ volatile(
        "1:\n\t"
        "ldr %[w], [%[weights]], #4\n\t"
        "ldr %[v], [%[weights]], #4\n\t"
        "ldr %[p], [%[column]], #4\n\t"
        "sxtb16 %[x], %[w]\n\t"
        "sxtb16 %[y], %[v]\n\t"
        "smlad %[a], %[x], %[p], %[a]\n\t"
        "smlad %[c], %[y], %[p], %[c]\n\t"
        "ldr %[p], [%[second]], #4\n\t"
        "sxtb16 %[w], %[w], ror #8\n\t"
        "sxtb16 %[v], %[v], ror #8\n\t"
        "smlad %[b], %[x], %[p], %[b]\n\t"
        "smlad %[d], %[y], %[p], %[d]\n\t"
        "ldr %[p], [%[column]], #4\n\t"
        "cmp %[weights], %[end]\n\t"
        "smlad %[a], %[w], %[p], %[a]\n\t"
        "smlad %[c], %[v], %[p], %[c]\n\t"
        "ldr %[p], [%[second]], #4\n\t"
        "smlad %[b], %[w], %[p], %[b]\n\t"
        "smlad %[d], %[v], %[p], %[d]\n\t"
        "bne 1b"
        : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [weights] "+r"(weights),
          [column] "+r"(column), [second] "+r"(second), [w] "=&r"(w), [v] "=&r"(v), [x] "=&r"(x),
          [y] "=&r"(y), [p] "=&r"(p)
        : [end] "r"(end)
        : "cc", "memory");
#else
    do {
        int32_t tap;
        for (tap = 0; tap < 4; tap++) {
            a += weights[tap] * column[tap];
            b += weights[tap] * second[tap];
            c += weights[tap + 4] * column[tap];
            d += weights[tap + 4] * second[tap];
        }
        weights += 8;
        column += 4;
        second += 4;
    } while (weights != end);
#endif
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
#endif
}

/* Two outputs in one column. */
INLINE_FUNCTION void sums_of_one(const int8_t *weights, const int16_t *column, int32_t taps,
                                 int32_t sums[4])
{
    const int8_t *const end = weights + (2 * taps);
    int32_t a = 0;
    int32_t b = 0;
#if USE_DSP
    uint32_t w;
    uint32_t v;
    uint32_t x;
    uint32_t p;
    __asm__ volatile(
        "1:\n\t"
        "ldr %[w], [%[weights]], #4\n\t"
        "ldr %[v], [%[weights]], #4\n\t"
        "ldr %[p], [%[column]], #4\n\t"
        "sxtb16 %[x], %[w]\n\t"
        "sxtb16 %[w], %[w], ror #8\n\t"
        "smlad %[a], %[x], %[p], %[a]\n\t"
        "sxtb16 %[x], %[v]\n\t"
        "sxtb16 %[v], %[v], ror #8\n\t"
        "smlad %[b], %[x], %[p], %[b]\n\t"
        "ldr %[p], [%[column]], #4\n\t"
        "cmp %[weights], %[end]\n\t"
        "smlad %[a], %[w], %[p], %[a]\n\t"
        "smlad %[b], %[v], %[p], %[b]\n\t"
        "bne 1b"
        : [a] "+r"(a), [b] "+r"(b), [weights] "+r"(weights), [column] "+r"(column), [w] "=&r"(w),
          [v] "=&r"(v), [x] "=&r"(x), [p] "=&r"(p)
        : [end] "r"(end)
        : "cc", "memory");
#else
    do {
        int32_t tap;
        for (tap = 0; tap < 4; tap++) {
            a += weights[tap] * column[tap];
            b += weights[tap + 4] * column[tap];
        }
        weights += 8;
        column += 4;
    } while (weights != end);
#endif
    sums[0] = a;
    sums[1] = 0;
    sums[2] = b;
    sums[3] = 0;
}

/* One output in one column or two. */
INLINE_FUNCTION void put_columns(const output_t *output, int32_t channel, const int32_t sums[2],
                               int8_t *to, int8_t *second)
{
    const uint32_t bias = (uint32_t)output->bias[channel];
    const int32_t multiplier = output->multiplier[channel];
    const int32_t shift = output->shift[channel];
    *to = clamped(output, scaled((int32_t)((uint32_t)sums[0] + bias), multiplier, shift));
    if (second != NULL) {
        *second = clamped(output, scaled((int32_t)((uint32_t)sums[1] + bias), multiplier, shift));
    }
}

/* All outputs of one column or two; an odd number of outputs has the weights of one more. */
OWN_FUNCTION void conv_columns(const network_t *net, const stage_t *stage, int8_t *to,
                               int8_t *second)
{
    const int8_t *weights = stage->weights;
    const int32_t taps = stage->taps;
    const int32_t out = stage->out;
    const output_t output = output_of(net, stage);
    int32_t channel = 0;
    for (;;) {
        int32_t sums[4];
        if (second != NULL) {
            sums_of_two(weights, net->spread, taps, sums);
        } else {
            sums_of_one(weights, net->spread, taps, sums);
        }
        put_columns(&output, channel, sums, to, second);
        channel++;
        if (channel == out) {
            break;
        }
        to++;
        second = (second != NULL) ? (second + 1) : NULL;
        put_columns(&output, channel, sums + 2, to, second);
        channel++;
        if (channel == out) {
            break;
        }
        to++;
        second = (second != NULL) ? (second + 1) : NULL;
        weights += 2 * taps;
    }
}

OWN_FUNCTION void conv_row(const network_t *net, const stage_t *stage, int8_t *to)
{
    const int32_t advance = stage->stride * stage->in;
    int32_t offset = -(stage->left * stage->in);
    int32_t column;
    for (column = 0; column < stage->columns; column += 2) {
        const int32_t two = ((column + 1) < stage->columns) ? 1 : 0;
        spread_window(net, stage, offset, net->spread);
        if (two != 0) {
            spread_window(net, stage, offset + advance, net->spread + stage->taps);
        }
        conv_columns(net, stage, to, (two != 0) ? (to + stage->out) : NULL);
        offset += 2 * advance;
        to += 2 * stage->out;
    }
}

)";

const char* const kGraphDenseTemplate = R"(/*
 * Adds what one row of the map makes of each output; the last row writes them. Weights are
 * [out][taps], an odd number of outputs has one more of zeros.
 */
OWN_FUNCTION void dense_row(const network_t *net, const stage_t *stage, int32_t row, int8_t *to)
{
    const int8_t *const from = net->bytes + net->at[0];
    const int32_t values = net->rings[stage->source].values;
    const int8_t *weights = stage->weights + (row * values);
    int32_t *const totals = net->sums + stage->sums;
    const int32_t last = ((row + 1) == stage->steps) ? 1 : 0;
    const output_t output = output_of(net, stage);
    int32_t channel;
    for (channel = 0; channel < stage->out; channel += 2) {
        const int8_t *other = weights + stage->taps;
        const int8_t *value = from;
        const int8_t *const end = from + values;
        int32_t sums[2] = {0, 0};
        int32_t i;
#if USE_DSP
        const int8_t *const last_word = from + (values & ~3);
        while (value != last_word) {
            const uint32_t word = load_word(value);
            const uint32_t even = even_bytes(word);
            const uint32_t odd = odd_bytes(word);
            const uint32_t first = load_word(weights);
            const uint32_t second = load_word(other);
            sums[0] = add_products(even_bytes(first), even, sums[0]);
            sums[0] = add_products(odd_bytes(first), odd, sums[0]);
            sums[1] = add_products(even_bytes(second), even, sums[1]);
            sums[1] = add_products(odd_bytes(second), odd, sums[1]);
            value += 4;
            weights += 4;
            other += 4;
        }
#endif
        while (value != end) {
            sums[0] += *weights++ * *value;
            sums[1] += *other++ * *value;
            value++;
        }
        weights = (other - values) + stage->taps;
        for (i = 0; (i < 2) && ((channel + i) < stage->out); i++) {
            const int32_t k = channel + i;
            const int32_t sum =
                (int32_t)((uint32_t)sums[i] + (uint32_t)((row == 0) ? stage->bias[k] : totals[k]));
            if (last != 0) {
                to[k] = clamped(&output, rescale_once(sum, &stage->factor[2 * k],
                                                      (uint32_t)output.shift[k]));
            } else {
                totals[k] = sum;
            }
        }
    }
}

)";

}  // namespace nanonas::exporting
