// Sums of products in networks that are graphs: convolutions, depthwise ones, dense layers.
#include "export/native/templates/c_templates.hpp"

namespace nanonas::exporting {

const char* const kGraphConvTemplate = R"(/* `count` values less their zero point. */
static inline int16_t *spread_run(const int8_t *from, int16_t *to, int32_t count, int32_t zero)
{
    const int8_t *const end = from + count;
#if USE_DSP
    const int8_t *const last_word = from + (count & ~3);
    const uint32_t zeros = ((uint32_t)-zero & 0xFFFFU) | ((uint32_t)-zero << 16);
    while (from != last_word) {
        const uint32_t word = load_word(from);
        uint32_t even;
        uint32_t odd;
        uint32_t high;
        __asm__("sxtab16 %0, %1, %2" : "=r"(even) : "r"(zeros), "r"(word));
        __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(odd) : "r"(zeros), "r"(word));
        __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(high) : "r"(odd), "r"(even));
        store_word(to, (even & 0xFFFFU) | (odd << 16));
        store_word(to + 2, high);
        from += 4;
        to += 4;
    }
#endif
    while (from != end) {
        *to++ = (int16_t)(*from++ - zero);
    }
    return to;
}

/* The values under a window that begins `offset` values behind the row's first. */
OWN_FUNCTION void spread_window(const network_t *net, const stage_t *stage, int32_t offset,
                                int16_t *to)
{
    const int32_t run = stage->window * stage->in;
    const int32_t zero = net->rings[stage->source].zero;
    int16_t *const end = to + stage->taps;
    int32_t row;
    for (row = 0; row < stage->rows; row++) {
        to = spread_run(net->bytes + net->at[row] + offset, to, run, zero);
    }
    while (to != end) {
        *to++ = 0;
    }
}

/* Two outputs in two columns, which lie one behind the other as the weights of two outputs do. */
static inline void sums_of_two(const int8_t *weights, const int16_t *columns, int32_t taps,
                               int32_t sums[4])
{
    const int8_t *other = weights + taps;
    const int8_t *const end = other;
    const int16_t *second = columns + taps;
    int32_t a = 0;
    int32_t b = 0;
    int32_t c = 0;
    int32_t d = 0;
    do {
#if USE_DSP
        uint32_t word = load_word(weights);
        uint32_t other_word = load_word(other);
        uint32_t pair = load_word(columns);
        uint32_t taken = even_bytes(word);
        uint32_t other_taken = even_bytes(other_word);
        a = add_products(taken, pair, a);
        c = add_products(other_taken, pair, c);
        pair = load_word(second);
        b = add_products(taken, pair, b);
        d = add_products(other_taken, pair, d);
        taken = odd_bytes(word);
        other_taken = odd_bytes(other_word);
        pair = load_word(columns + 2);
        a = add_products(taken, pair, a);
        c = add_products(other_taken, pair, c);
        pair = load_word(second + 2);
        b = add_products(taken, pair, b);
        d = add_products(other_taken, pair, d);
        weights += 4;
        other += 4;
        columns += 4;
        second += 4;
#else
        const int32_t weight = *weights++;
        const int32_t other_weight = *other++;
        const int32_t value = *columns++;
        const int32_t second_value = *second++;
        a += weight * value;
        b += weight * second_value;
        c += other_weight * value;
        d += other_weight * second_value;
#endif
    } while (weights != end);
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
}

/* Two outputs in one column. */
static inline void sums_of_one(const int8_t *weights, const int16_t *column, int32_t taps,
                               int32_t sums[2])
{
    const int8_t *other = weights + taps;
    const int8_t *const end = other;
    int32_t a = 0;
    int32_t b = 0;
    do {
#if USE_DSP
        const uint32_t word = load_word(weights);
        const uint32_t other_word = load_word(other);
        uint32_t pair = load_word(column);
        a = add_products(even_bytes(word), pair, a);
        b = add_products(even_bytes(other_word), pair, b);
        pair = load_word(column + 2);
        a = add_products(odd_bytes(word), pair, a);
        b = add_products(odd_bytes(other_word), pair, b);
        weights += 4;
        other += 4;
        column += 4;
#else
        const int32_t value = *column++;
        a += *weights++ * value;
        b += *other++ * value;
#endif
    } while (weights != end);
    sums[0] = a;
    sums[1] = b;
}

/* All outputs of one column or two; weights are [out][taps], an odd number of outputs has one more
 * of zeros. */
OWN_FUNCTION void conv_columns(const network_t *net, const stage_t *stage, int8_t *to, int32_t two)
{
    const int8_t *weights = stage->weights;
    const int32_t taps = stage->taps;
    const int32_t out = stage->out;
    const int32_t zero = zero_written(net, stage);
    int32_t channel;
    for (channel = 0; channel < out; channel += 2) {
        const int32_t both = ((channel + 1) < out) ? 1 : 0;
        int32_t sums[4];
        if (two != 0) {
            sums_of_two(weights, net->spread, taps, sums);
            to[out] = output_value(stage, channel, sums[1], zero);
            if (both != 0) {
                to[out + 1] = output_value(stage, channel + 1, sums[3], zero);
            }
        } else {
            sums_of_one(weights, net->spread, taps, sums);
            sums[2] = sums[1];
        }
        *to++ = output_value(stage, channel, sums[0], zero);
        if (both != 0) {
            *to++ = output_value(stage, channel + 1, sums[2], zero);
        }
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
        conv_columns(net, stage, to, two);
        offset += 2 * advance;
        to += 2 * stage->out;
    }
}

)";

const char* const kGraphDepthwiseTemplate = R"(/* Weights are [rows][window][out]. */
OWN_FUNCTION void depthwise_row(const network_t *net, const stage_t *stage, int8_t *to)
{
    const int32_t in = stage->in;
    const int32_t out = stage->out;
    const int32_t zero = zero_written(net, stage);
    int32_t offset = -(stage->left * in);
    int32_t column;
    for (column = 0; column < stage->columns; column++) {
        int32_t channel = 0;
        int32_t source = 0;
        int32_t left = stage->group;
#if USE_DSP
        if (stage->group == 1) {
            for (; (channel + 3) < out; channel += 4) {
                const int8_t *weights = stage->weights + channel;
                int32_t a = 0;
                int32_t b = 0;
                int32_t c = 0;
                int32_t d = 0;
                int32_t row;
                for (row = 0; row < stage->rows; row++) {
                    const int8_t *from = net->bytes + net->at[row] + offset + channel;
                    int32_t count = stage->window;
                    do {
                        const uint32_t values = load_word(from);
                        const uint32_t word = load_word(weights);
                        uint32_t pair = even_bytes(values);
                        uint32_t taken = even_bytes(word);
                        __asm__("smlabb %0, %1, %2, %0" : "+r"(a) : "r"(pair), "r"(taken));
                        __asm__("smlatt %0, %1, %2, %0" : "+r"(c) : "r"(pair), "r"(taken));
                        pair = odd_bytes(values);
                        taken = odd_bytes(word);
                        __asm__("smlabb %0, %1, %2, %0" : "+r"(b) : "r"(pair), "r"(taken));
                        __asm__("smlatt %0, %1, %2, %0" : "+r"(d) : "r"(pair), "r"(taken));
                        from += in;
                        weights += out;
                        count--;
                    } while (count != 0);
                }
                to[0] = output_value(stage, channel, a, zero);
                to[1] = output_value(stage, channel + 1, b, zero);
                to[2] = output_value(stage, channel + 2, c, zero);
                to[3] = output_value(stage, channel + 3, d, zero);
                to += 4;
            }
            source = channel;
        }
#endif
        for (; channel < out; channel++) {
            const int8_t *weights = stage->weights + channel;
            int32_t sum = 0;
            int32_t row;
            for (row = 0; row < stage->rows; row++) {
                const int8_t *from = net->bytes + net->at[row] + offset + source;
                int32_t count = stage->window;
                do {
                    sum += *weights * *from;
                    from += in;
                    weights += out;
                    count--;
                } while (count != 0);
            }
            *to++ = output_value(stage, channel, sum, zero);
            left--;
            if (left == 0) {
                left = stage->group;
                source++;
            }
        }
        offset += stage->stride * in;
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
    const int32_t zero = zero_written(net, stage);
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
                to[k] = (int8_t)(clamped(stage, rescale_once(sum, &stage->factor[2 * k],
                                                             (uint32_t)stage->shift[k])) + zero);
            } else {
                totals[k] = sum;
            }
        }
    }
}

)";

}  // namespace nanonas::exporting
