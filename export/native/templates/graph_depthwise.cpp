// Depthwise convolutions in networks that are graphs.
#include "export/native/templates/c_templates.hpp"

namespace nanonas::exporting {

const char* const kGraphDepthwise3x3Template = R"(#if SATURATES
/* Four channels of a row of 3x3 windows, as the kernel below reads it. */
typedef struct {
    int8_t *to;
    const int8_t *end;
    int32_t out;
    int32_t advance;         /* values from a window to the next */
    int16_t *numbers;        /* bias[4], weights[5][4][2], then multiplier, offset and shift [4] */
    int32_t in;
    const int8_t *rows[3];
    int32_t unusual;         /* fewer than 4 channels, or 8: outputs below the zero point, too */
    const int8_t *weights;
    const int32_t *bias;
    const int32_t *multiplier;
    const int8_t *shift;
    int32_t twice_zero;      /* as in columns_t */
} depthwise_t;

/*
 * All of a core's registers, hence no C: r0 numbers, r1 to r3 rows, r4 to r7 sums, r8 `in`. Two taps
 * of four channels are taken apart into pairs of one channel's. First the same is done to weights,
 * doubled as biases are.
 */
#define SPREAD_TAPS(first, second)         \
    "ldr.w r4, [r1, #" first "]\n\t"     \
    "ldr.w r5, [r1, #" second "]\n\t" SPREAD_WORDS
#define SPREAD_WORDS                       \
    "pkhbt r6, r4, r5, lsl #16\n\t"      \
    "pkhtb r7, r5, r4, asr #16\n\t"      \
    "sxtb16 r4, r6\n\t"                  \
    "sxtb16 r5, r6, ror #8\n\t"          \
    "sxtb16 r6, r7\n\t"                  \
    "sxtb16 r7, r7, ror #8\n\t"          \
    "sadd16 r4, r4, r4\n\t"              \
    "sadd16 r5, r5, r5\n\t"              \
    "sadd16 r6, r6, r6\n\t"              \
    "sadd16 r7, r7, r7\n\t"              \
    "stm.w r2!, {r4-r7}\n\t"
#define TWO_DEPTHWISE                      \
    "pkhbt r11, r9, r10, lsl #16\n\t"      \
    "pkhtb r10, r10, r9, asr #16\n\t"      \
    "ldrd r12, lr, [r0], #8\n\t"           \
    "sxtb16 r9, r11\n\t"                   \
    "smlad r4, r9, r12, r4\n\t"            \
    "sxtb16 r9, r11, ror #8\n\t"           \
    "smlad r5, r9, lr, r5\n\t"             \
    "ldrd r12, lr, [r0], #8\n\t"           \
    "sxtb16 r9, r10\n\t"                   \
    "smlad r6, r9, r12, r6\n\t"            \
    "sxtb16 r9, r10, ror #8\n\t"           \
    "smlad r7, r9, lr, r7\n\t"
#define DEPTHWISE_ROUNDED(sum)                \
    "ldm.w r0!, {r9, r10, r11}\n\t"           \
    "smmlar " sum ", " sum ", r9, r10\n\t"    \
    "asr.w " sum ", " sum ", r11\n\t"         \
    "ssat " sum ", #8, " sum "\n\t"
#define DEPTHWISE_AWAY(sum)                          \
    "ldm.w r0!, {r9, r10, r11}\n\t"                  \
    "smmulr " sum ", " sum ", r9\n\t"                \
    "cmp.w r11, #0\n\t"                              \
    "it gt\n\t"                                      \
    "addgt.w " sum ", " sum ", " sum ", asr #31\n\t" \
    "add.w " sum ", " sum ", r10\n\t"                \
    "asr.w " sum ", " sum ", r11\n\t"                \
    "ssat " sum ", #8, " sum "\n\t"
#define NEXT_WINDOW                       \
    "add.w r9, r9, r11\n\t"               \
    "str.w r9, [lr]\n\t"                  \
    "add.w r1, r1, r12\n\t"               \
    "add.w r2, r2, r12\n\t"               \
    "add.w r3, r3, r12\n\t"               \
    "cmp.w r9, r10\n\t"                   \
    "bne.w 1b\n\t"

__attribute__((naked, noinline, unused)) static void depthwise_four(
    __attribute__((unused)) depthwise_t *four)
{
    __asm__ volatile(
        "push {r0, r4-r11, lr}\n\t"
        "ldr.w r2, [r0, #16]\n\t"
        "ldr.w r1, [r0, #40]\n\t"
        "ldr.w r3, [r0, #44]\n\t"
        "ldm.w r3, {r4-r7}\n\t"
        "stm.w r2!, {r4-r7}\n\t"
        SPREAD_TAPS("0", "12") SPREAD_TAPS("4", "16") SPREAD_TAPS("8", "20") SPREAD_TAPS("24", "28")
        "ldr.w r4, [r1, #32]\n\t"
        "mov.w r5, #0\n\t" SPREAD_WORDS
        "ldr.w r1, [r0, #48]\n\t"
        "ldr.w r3, [r0, #52]\n\t"
        "ldr.w r8, [r0, #56]\n\t"
        ".rept 4\n\t"
        "ldr.w r4, [r1], #4\n\t"
        "ldrsb r6, [r3], #1\n\t"
        "lsl.w r5, r8, r6\n\t"
        "asr.w r5, r5, #1\n\t"
        "stm.w r2!, {r4-r6}\n\t"
        ".endr\n\t"
        "ldr.w r8, [r0, #20]\n\t"
        "ldr.w r1, [r0, #24]\n\t"
        "ldr.w r2, [r0, #28]\n\t"
        "ldr.w r3, [r0, #32]\n\t"
        "mov lr, r0\n"
        "1:\n\t"
        "ldr.w r0, [lr, #16]\n\t"
        "ldm.w r0!, {r4-r7}\n\t"
        "ldr.w r9, [r1]\n\t"
        "ldr.w r10, [r2]\n\t" TWO_DEPTHWISE
        "ldr.w r9, [r1, r8]\n\t"
        "ldr.w r10, [r2, r8]\n\t" TWO_DEPTHWISE
        "ldr.w r9, [r1, r8, lsl #1]\n\t"
        "ldr.w r10, [r2, r8, lsl #1]\n\t" TWO_DEPTHWISE
        "ldr.w r9, [r3]\n\t"
        "ldr.w r10, [r3, r8]\n\t" TWO_DEPTHWISE
        "ldr.w r9, [r3, r8, lsl #1]\n\t"
        "ldrd r12, lr, [r0], #8\n\t"
        "sxtb16 r10, r9\n\t"
        "sxtb16 r9, r9, ror #8\n\t"
        "smlabb r4, r10, r12, r4\n\t"
        "smlabb r5, r9, lr, r5\n\t"
        "ldrd r12, lr, [r0], #8\n\t"
        "smlatb r6, r10, r12, r6\n\t"
        "smlatb r7, r9, lr, r7\n\t"
        "ldr.w lr, [sp]\n\t"
        "ldr.w r9, [lr, #36]\n\t"
        "cmp.w r9, #0\n\t"
        "bne.w 2f\n\t"
        DEPTHWISE_ROUNDED("r4") DEPTHWISE_ROUNDED("r5")
        DEPTHWISE_ROUNDED("r6") DEPTHWISE_ROUNDED("r7")
        "ldm.w lr, {r9-r12}\n\t"
        "strb.w r4, [r9]\n\t"
        "strb.w r5, [r9, #1]\n\t"
        "strb.w r6, [r9, #2]\n\t"
        "strb.w r7, [r9, #3]\n\t" NEXT_WINDOW
        "pop {r0, r4-r11, pc}\n"
        "2:\n\t"
        "mov r12, r9\n\t"
        DEPTHWISE_AWAY("r4") DEPTHWISE_AWAY("r5") DEPTHWISE_AWAY("r6") DEPTHWISE_AWAY("r7")
        "mov r0, r12\n\t"
        "ldm.w lr, {r9-r12}\n\t"
        "strb.w r4, [r9]\n\t"
        "cmp r0, #1\n\t"
        "it gt\n\t"
        "strbgt.w r5, [r9, #1]\n\t"
        "cmp r0, #2\n\t"
        "it gt\n\t"
        "strbgt.w r6, [r9, #2]\n\t"
        "cmp r0, #3\n\t"
        "it gt\n\t"
        "strbgt.w r7, [r9, #3]\n\t" NEXT_WINDOW
        "pop {r0, r4-r11, pc}");
}

/* A row of 3x3 windows, as many outputs as channels; rows have 3 values to read behind them. */
OWN_FUNCTION void depthwise_3x3_row(const network_t *net, const stage_t *stage, int8_t *to)
{
    const int32_t out = stage->out;
    const int32_t offset = -(stage->left * out);
    const int32_t low = stage->low;
    int8_t *const end = to + (stage->columns * out);
    int32_t channel;
    depthwise_t four;
    four.out = out;
    four.advance = stage->stride * out;
    four.numbers = net->spread;
    four.in = out;
    four.rows[0] = net->bytes + net->at[0] + offset;
    four.rows[1] = net->bytes + net->at[1] + offset;
    four.rows[2] = net->bytes + net->at[2] + offset;
    four.weights = stage->weights;
    four.bias = stage->bias;
    four.multiplier = stage->multiplier;
    four.shift = stage->shift;
    four.twice_zero = (2 * net->rings[(stage - net->stages) + 1].zero) + 1;
    four.to = to;
    four.end = end;
    for (channel = out; channel > 0; channel -= 4) {
        int8_t *const first = four.to;
        four.unusual = (channel < 4) ? channel : (low < 0) ? 8 : 0;
        depthwise_four(&four);
        four.to = first + 4;
        four.end += 4;
        four.rows[0] += 4;
        four.rows[1] += 4;
        four.rows[2] += 4;
        four.weights += 36;
        four.bias += 4;
        four.multiplier += 4;
        four.shift += 4;
    }
    clamp_row(net, stage, to, end);
}
#else
/* A row of 3x3 windows, as many outputs as channels; weights are by four outputs, [3][3][4]. */
OWN_FUNCTION void depthwise_3x3_row(const network_t *net, const stage_t *stage, int8_t *to)
{
    const int32_t out = stage->out;
    const int32_t offset = -(stage->left * out);
    const int32_t advance = stage->stride * out;
    const output_t output = output_of(net, stage);
    int8_t *const end = to + (stage->columns * out);
    int32_t channel;
    for (channel = 0; channel < out; channel++) {
        const int8_t *const weights = stage->weights + ((channel & ~3) * 9) + (channel & 3);
        const int8_t *a = net->bytes + net->at[0] + offset + channel;
        const int8_t *b = net->bytes + net->at[1] + offset + channel;
        const int8_t *c = net->bytes + net->at[2] + offset + channel;
        const scale_t scale = scale_of(&output, channel);
        int8_t *put = to + channel;
        int32_t w[9];
        int32_t i;
        for (i = 0; i < 9; i++) {
            w[i] = weights[4 * i];
        }
        do {
            int32_t sum = (w[0] * a[0]) + (w[3] * b[0]) + (w[6] * c[0]);
            sum += (w[1] * a[out]) + (w[4] * b[out]) + (w[7] * c[out]);
            sum += (w[2] * a[2 * out]) + (w[5] * b[2 * out]) + (w[8] * c[2 * out]);
            *put = scaled_sum(&output, &scale, sum);
            put += out;
            a += advance;
            b += advance;
            c += advance;
        } while (put < end);
    }
}
#endif

)";

const char* const kGraphDepthwiseTemplate =
    R"(/* A tap of four channels, of weights taken apart. */
#define DEPTHWISE_TAPS                             \
    "sxtb16 %[y], %[p]\n\t"                     \
    "sxtb16 %[p], %[p], ror #8\n\t"             \
    "smlabb %[a], %[x], %[y], %[a]\n\t"         \
    "smlatt %[c], %[x], %[y], %[c]\n\t"         \
    "smlabb %[b], %[w], %[p], %[b]\n\t"         \
    "smlatt %[d], %[w], %[p], %[d]\n\t"

/* Weights are by four outputs, [rows][window][4]. */
OWN_FUNCTION void depthwise_row(const network_t *net, const stage_t *stage, int8_t *to)
{
    const int32_t in = stage->in;
    const int32_t out = stage->out;
    const int32_t taps = stage->rows * stage->window;
    const output_t output = output_of(net, stage);
    int8_t *const row_of_outputs = to;
    int32_t offset = -(stage->left * in);
    int32_t column;
    for (column = 0; column < stage->columns; column++) {
        int32_t channel = 0;
        int32_t source = 0;
        int32_t left = stage->group;
#if USE_DSP
        if (stage->group == 1) {
            const int32_t *const at = net->at;
            const int32_t rows = stage->rows;
            const int32_t window = stage->window;
            const int8_t *weights = stage->weights;
            for (; (channel + 3) < out; channel += 4) {
                const int8_t *const values = net->bytes + offset + channel;
                int32_t a = 0;
                int32_t b = 0;
                int32_t c = 0;
                int32_t d = 0;
                int32_t row;
                if (window == 1) {
                    const int32_t *from = at;
                    const int32_t *const end = at + rows;
                    uint32_t p;
                    uint32_t w;
                    uint32_t x;
                    uint32_t y;
                    __asm__ volatile(
                        "1:\n\t"
                        "ldr %[p], [%[from]], #4\n\t"
                        "ldr %[w], [%[weights]], #4\n\t"
                        "ldr %[p], [%[values], %[p]]\n\t"
                        "sxtb16 %[x], %[w]\n\t"
                        "sxtb16 %[w], %[w], ror #8\n\t"
                        "cmp %[from], %[end]\n\t" DEPTHWISE_TAPS
                        "bne 1b"
                        : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [from] "+r"(from),
                          [weights] "+r"(weights), [p] "=&r"(p), [w] "=&r"(w), [x] "=&r"(x),
                          [y] "=&r"(y)
                        : [values] "r"(values), [end] "r"(end)
                        : "cc", "memory");
                }
                for (row = 0; (row < rows) && (window != 1); row++) {
                    const int8_t *from = values + at[row];
                    int32_t count = window;
                    uint32_t p;
                    uint32_t w;
                    uint32_t x;
                    uint32_t y;
                    __asm__ volatile(
                        "1:\n\t"
                        "ldr %[p], [%[from]]\n\t"
                        "ldr %[w], [%[weights]], #4\n\t"
                        "add %[from], %[from], %[in]\n\t"
                        "sxtb16 %[x], %[w]\n\t"
                        "sxtb16 %[w], %[w], ror #8\n\t" DEPTHWISE_TAPS
                        "subs %[count], %[count], #1\n\t"
                        "bne 1b"
                        : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [from] "+r"(from),
                          [weights] "+r"(weights), [count] "+r"(count), [p] "=&r"(p), [w] "=&r"(w),
                          [x] "=&r"(x), [y] "=&r"(y)
                        : [in] "r"(in)
                        : "cc", "memory");
                }
                *to++ = output_value(&output, channel, a);
                *to++ = output_value(&output, channel + 1, b);
                *to++ = output_value(&output, channel + 2, c);
                *to++ = output_value(&output, channel + 3, d);
            }
            source = channel;
        }
#endif
        for (; channel < out; channel++) {
            const int8_t *weights = stage->weights + ((channel & ~3) * taps) + (channel & 3);
            int32_t sum = 0;
            int32_t row;
            for (row = 0; row < stage->rows; row++) {
                const int8_t *from = net->bytes + net->at[row] + offset + source;
                int32_t count = stage->window;
                do {
                    sum += *weights * *from;
                    from += in;
                    weights += 4;
                    count--;
                } while (count != 0);
            }
            *to++ = output_value(&output, channel, sum);
            left--;
            if (left == 0) {
                left = stage->group;
                source++;
            }
        }
        offset += stage->stride * in;
    }
    clamp_row(net, stage, row_of_outputs, to);
}

)";

}  // namespace nanonas::exporting
