// Row kernels without products of maps and weights: sums, pools, padding, softmax.
#include "export/native/templates/c_templates.hpp"

namespace nanonas::exporting {

const char* const kGraphAddTemplate =
    R"(#if SATURATES
/* Values of two maps, one of which is at half the multiplier: in the order of registers. */
typedef struct {
    const int8_t *half;
    const int8_t *other;
    int8_t *to;
    const int8_t *end;
    int32_t less_other, other_multiplier, other_offset, other_shift;
    int32_t less_half, multiplier, offset, shift;
} add_t;

/* All of a core's registers, hence no C. */
__attribute__((naked, noinline, unused)) static void add_values(
    __attribute__((unused)) const add_t *add)
{
    __asm__ volatile(
        "push {r4-r11, lr}\n\t"
        "ldm.w r0, {r0-r11}\n"
        "1:\n\t"
        "ldrsb r12, [r1], #1\n\t"
        "ldrsb lr, [r0], #1\n\t"
        "add.w r12, r4, r12, lsl #21\n\t"
        "smmulr r12, r12, r5\n\t"
        "add.w r12, r12, r12, asr #31\n\t"
        "add.w r12, r12, r6\n\t"
        "asr.w r12, r12, r7\n\t"
        "add.w r12, r12, lr, lsl #19\n\t"
        "add.w r12, r8, r12, lsl #1\n\t"
        "smmulr r12, r12, r9\n\t"
        "add.w r12, r12, r12, asr #31\n\t"
        "add.w r12, r12, r10\n\t"
        "asr.w r12, r12, r11\n\t"
        "ssat r12, #8, r12\n\t"
        "strb r12, [r2], #1\n\t"
        "cmp r2, r3\n\t"
        "bne 1b\n\t"
        "pop {r4-r11, pc}");
}
#endif

/* Two maps at 20 more bits of the larger scale's double, as TFLite adds them. */
OWN_FUNCTION void add_row(const network_t *net, const stage_t *stage, int8_t *to)
{
    const int8_t *a = net->bytes + net->at[0];
    const int8_t *b = net->bytes + net->at[1];
    const int32_t zero_a = net->rings[stage->source].zero;
    const int32_t zero_b = net->rings[stage->second].zero;
    const output_t output = output_of(net, stage);
    const int32_t m[3] = {output.multiplier[0], output.multiplier[1], output.multiplier[2]};
    const int32_t shift[3] = {output.shift[0], output.shift[1], output.shift[2]};
    const int8_t *const end = to + net->rings[(stage - net->stages) + 1].values;
#if SATURATES
    /* one of them has the larger scale: half of it, a shift */
    const int32_t half = (int32_t)1 << 30;
    const int32_t first = ((m[0] == half) && (shift[0] == 0)) ? 1 : 0;
    if (((first != 0) || ((m[1] == half) && (shift[1] == 0))) && (shift[first] > 0) &&
        (shift[2] > 0)) {
        const scale_t other = scale_at(&output, first, 0);
        const scale_t all = scale_at(&output, 2, output.zero);
        add_t add;
        add.half = (first != 0) ? a : b;
        add.other = (first != 0) ? b : a;
        add.to = to;
        add.end = end;
        add.less_other = -(((first != 0) ? zero_b : zero_a) * (1 << 21));
        add.other_multiplier = other.multiplier;
        add.other_offset = other.offset;
        add.other_shift = other.shift;
        add.less_half = -(((first != 0) ? zero_a : zero_b) * (1 << 20));
        add.multiplier = all.multiplier;
        add.offset = all.offset;
        add.shift = all.shift;
        add_values(&add);
        clamp_row(net, stage, to, end);
        return;
    }
#endif
    while (to != end) {
        const int32_t sum = scaled((*a++ - zero_a) * (1 << 20), m[0], shift[0]) +
                            scaled((*b++ - zero_b) * (1 << 20), m[1], shift[1]);
        *to++ = clamped(&output, scaled(sum, m[2], shift[2]));
    }
}

)";

const char* const kGraphChannelMulTemplate =
    R"(/* `weights`: a factor per channel, `bias`: their zero point. */
OWN_FUNCTION void channel_mul_row(const network_t *net, const stage_t *stage, int8_t *to)
{
    const int8_t *from = net->bytes + net->at[0];
    const int32_t zero_in = net->rings[stage->source].zero;
    const output_t output = output_of(net, stage);
    const int8_t *const factors = stage->weights;
    const int32_t zero_of_factors = stage->bias[0];
    const int32_t multiplier = output.multiplier[0];
    const int32_t shift = output.shift[0];
    const int32_t channels = stage->out;
    int32_t column;
    int32_t channel;
#if SATURATES
    const int32_t values = stage->columns * channels;
    const int32_t left = (shift < 0) ? -shift : 0;
    scale_t scale = scale_at(&output, 0, output.zero);
    if (shift < 0) {
        scale.shift = 0;
        scale.offset = output.zero;
        scale.sign = 0;
    }
    (void)column;
    (void)multiplier;
    for (channel = 0; channel < channels; channel++) {
        const int32_t factor = (factors[channel] - zero_of_factors) * (2 << left);
        const int32_t less = -(zero_in * factor);
        int32_t at = channel;
        do {
            to[at] = saturated(rounded(&scale, (from[at] * factor) + less));
            at += channels;
        } while (at < values);
    }
    clamp_row(net, stage, to, to + values);
#else
    for (column = stage->columns; column > 0; column--) {
        for (channel = 0; channel < channels; channel++) {
            const int32_t value = (*from++ - zero_in) * (factors[channel] - zero_of_factors);
            *to++ = clamped(&output, scaled(value, multiplier, shift));
        }
    }
#endif
}

)";

const char* const kGraphChannelAddTemplate =
    R"(/* `bias`: the addend of each channel, at 20 more bits. */
OWN_FUNCTION void channel_add_row(const network_t *net, const stage_t *stage, int8_t *to)
{
    const int8_t *from = net->bytes + net->at[0];
    const int32_t zero_in = net->rings[stage->source].zero;
    const output_t output = output_of(net, stage);
    const int32_t m[2] = {output.multiplier[0], output.multiplier[1]};
    const int32_t shift[2] = {output.shift[0], output.shift[1]};
    const int32_t channels = stage->out;
    int32_t column;
    int32_t channel;
#if SATURATES
    const int32_t values = stage->columns * channels;
    const scale_t in = scale_at(&output, 0, 0);
    const scale_t all = scale_at(&output, 1, output.zero);
    const int32_t less = -(zero_in * (1 << 21));
    (void)column;
    (void)m;
    (void)shift;
    for (channel = 0; channel < channels; channel++) {
        const int32_t addend = 2 * output.bias[channel];
        int32_t at = channel;
        do {
            const int32_t own = rounded(&in, (from[at] * (1 << 21)) + less);
            to[at] = saturated(rounded(&all, (2 * own) + addend));
            at += channels;
        } while (at < values);
    }
    clamp_row(net, stage, to, to + values);
#else
    for (column = stage->columns; column > 0; column--) {
        for (channel = 0; channel < channels; channel++) {
            const int32_t sum =
                scaled((*from++ - zero_in) * (1 << 20), m[0], shift[0]) + output.bias[channel];
            *to++ = clamped(&output, scaled(sum, m[1], shift[1]));
        }
    }
#endif
}

)";

const char* const kGraphPoolTopTemplate = R"(/* The columns of the map that a window covers. */
INLINE_FUNCTION int32_t first_covered(const stage_t *stage, int32_t column)
{
    const int32_t first = (column * stage->stride) - stage->left;
    return (first < 0) ? 0 : first;
}

INLINE_FUNCTION int32_t end_covered(const stage_t *stage, int32_t column)
{
    const int32_t end = (column * stage->stride) - stage->left + stage->window;
    return (end > stage->width) ? stage->width : end;
}

)";

const char* const kGraphMaxPoolTemplate =
    R"(OWN_FUNCTION void max_pool_row(const network_t *net, const stage_t *stage, int32_t rows, int8_t *to)
{
    const int32_t in = stage->in;
    int32_t column;
    for (column = 0; column < stage->columns; column++) {
        const int32_t first = first_covered(stage, column);
        const int32_t count = end_covered(stage, column) - first;
        const int8_t *const from = net->bytes + (first * in);
        int32_t channel = 0;
        int32_t row;
        int32_t i;
#if USE_DSP
        for (; channel < in; channel += 4) {
            uint32_t most = 0x80808080U;
            for (row = 0; row < rows; row++) {
                const int8_t *value = from + net->at[row] + channel;
                for (i = count; i > 0; i--) {
                    uint32_t rest;
                    __asm__("ssub8 %0, %2, %1\n\tsel %1, %2, %1"
                            : "=&r"(rest), "+r"(most)
                            : "r"(load_word(value)));
                    value += in;
                }
            }
            if ((in - channel) >= 4) {
                store_word(to + channel, most);
            } else { /* read with the bytes behind it */
                for (i = channel; i < in; i++) {
                    to[i] = (int8_t)(uint8_t)(most & 0xFFU);
                    most >>= 8;
                }
            }
        }
#endif
        for (; channel < in; channel++) {
            int32_t most = -128;
            for (row = 0; row < rows; row++) {
                const int8_t *value = from + net->at[row] + channel;
                for (i = count; i > 0; i--) {
                    most = (*value > most) ? *value : most;
                    value += in;
                }
            }
            to[channel] = (int8_t)most;
        }
        to += in;
    }
}

)";

const char* const kGraphAveragePoolTemplate =
    R"(OWN_FUNCTION void average_pool_row(const network_t *net, const stage_t *stage, int32_t rows,
                                   int8_t *to)
{
    const int32_t in = stage->in;
    int32_t column;
    for (column = 0; column < stage->columns; column++) {
        const int32_t first = first_covered(stage, column);
        const int32_t count = end_covered(stage, column) - first;
        int32_t channel;
        for (channel = 0; channel < in; channel++) {
            int32_t sum = 0;
            int32_t row;
            int32_t i;
            for (row = 0; row < rows; row++) {
                const int8_t *value = net->bytes + net->at[row] + (first * in) + channel;
                for (i = count; i > 0; i--) {
                    sum += *value;
                    value += in;
                }
            }
            *to++ = (int8_t)mean_of(sum, rows * count);
        }
    }
}

)";

const char* const kGraphGlobalAverageTemplate = R"(/* Adds a row; the last one writes the means. */
OWN_FUNCTION void global_average_row(const network_t *net, const stage_t *stage, int32_t row,
                                     int8_t *to)
{
    int32_t *const totals = net->sums + stage->sums;
    const int32_t in = stage->in;
    const int32_t positions = stage->width * stage->steps;
    const output_t output = output_of(net, stage);
    int32_t channel;
    for (channel = 0; channel < in; channel++) {
        const int8_t *value = net->bytes + net->at[0] + channel;
        int32_t sum = (row == 0) ? 0 : totals[channel];
        int32_t i;
        for (i = stage->width; i > 0; i--) {
            sum += *value;
            value += in;
        }
        if ((row + 1) != stage->steps) {
            totals[channel] = sum;
        } else if (stage->multiplier == NULL) {
            to[channel] = (int8_t)mean_of(sum, positions);
        } else { /* at other parameters than the map's */
            sum -= positions * net->rings[stage->source].zero;
            to[channel] = clamped(&output, scaled(sum, output.multiplier[0], output.shift[0]));
        }
    }
}

)";

const char* const kGraphPadTemplate =
    R"(/* `left` columns of padding before the row and what is missing behind it. */
OWN_FUNCTION void pad_row(const network_t *net, const stage_t *stage, int8_t *to)
{
    const int32_t before = stage->left * stage->in;
    const int32_t values = stage->width * stage->in;
    const int32_t all = stage->columns * stage->in;
    (void)memset(to, net->rings[stage->source].zero, (size_t)all);
    (void)memcpy(to + before, net->bytes + net->at[0], (size_t)values);
}

)";

const char* const kGraphReshapeTemplate = R"(/* The next values of the map, row behind row. */
OWN_FUNCTION void reshape_row(const network_t *net, const stage_t *stage, int32_t row, int8_t *to)
{
    const ring_t *const ring = &net->rings[stage->source];
    const int32_t count = stage->columns * stage->out;
    const int8_t *from = net->bytes + ring->start;
    int32_t skipped = row * count;
    int32_t i;
    while (skipped >= ring->values) {
        skipped -= ring->values;
        from += ring->stride;
    }
    for (i = 0; i < count; i++) {
        if (skipped == ring->values) {
            skipped = 0;
            from += ring->stride;
        }
        to[i] = from[skipped];
        skipped++;
    }
}

)";

}  // namespace nanonas::exporting
