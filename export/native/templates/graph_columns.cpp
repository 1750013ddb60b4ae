// Convolutions of networks that are graphs on cores with the DSP extension, a column or two at
// once.
#include "export/native/templates/c_templates.hpp"

namespace nanonas::exporting {

const char* const kGraphColumnsTemplate = R"(#if SATURATES
/* What it takes to make all outputs of one column or two, as the kernels below read it. */
typedef struct {
    const int32_t *bias;
    const int32_t *multiplier;
    const int8_t *shift;
    int8_t *to;
    const int8_t *end;
    const int8_t *weights;
    const int16_t *columns, *columns_end;
    int32_t weight_bytes;    /* of a pair of outputs, as many taps as MOST_TAPS allows */
    int32_t less[2];         /* each column's sum to begin with */
    int32_t twice_zero;      /* and one: shifted to the left and halved it is the zero point and half */
    int32_t out;
    int32_t below;           /* 1: outputs below the zero point are none to clamp */
} columns_t;

/* More taps would not leave the other output 24 bits of the sum of both. */
#define MOST_TAPS 256

/*
 * A word of weights is two halves of 256 b + a, a counted up from the smallest: its products with two
 * values are those of a and 256 times those of b. Without b, and taken off, they are those of a.
 *
 * All of a core's registers, hence no C: r0 to r3 weights and values, then pointers to bias,
 * multiplier, shift and output; r4, r5 sums of one output, r6, r7 of both, r12, r14 those of the
 * other; r8 weights, r9 column, r10 end of the weights, r11 the columns_t.
 */
#define FOUR_TAPS                            \
    "ldrd r0, r1, [r8], #8\n\t"              \
    "ldrd r2, r3, [r9], #8\n\t"              \
    "smlad r6, r0, r2, r6\n\t"               \
    "smlad r7, r0, r3, r7\n\t"               \
    "uxtb16 r0, r0\n\t"                      \
    "smlad r4, r0, r2, r4\n\t"               \
    "smlad r5, r0, r3, r5\n\t"               \
    "ldrd r2, r3, [r9], #8\n\t"              \
    "smlad r6, r1, r2, r6\n\t"               \
    "smlad r7, r1, r3, r7\n\t"               \
    "uxtb16 r1, r1\n\t"                      \
    "smlad r4, r1, r2, r4\n\t"               \
    "smlad r5, r1, r3, r5\n\t"
#define FOUR_TAPS_OF_ONE                     \
    "ldrd r0, r1, [r8], #8\n\t"              \
    "ldrd r2, r3, [r9], #8\n\t"              \
    "smlad r6, r0, r2, r6\n\t"               \
    "uxtb16 r0, r0\n\t"                      \
    "smlad r4, r0, r2, r4\n\t"               \
    "smlad r6, r1, r3, r6\n\t"               \
    "uxtb16 r1, r1\n\t"                      \
    "smlad r4, r1, r3, r4\n\t"

#define SHIFT_AND_OFFSET                \
    "ldrsb r7, [r2], #1\n\t"          \
    "ldr.w r6, [r1], #4\n\t"            \
    "ldr.w r10, [r11, #44]\n\t"         \
    "lsl.w r9, r10, r7\n\t"             \
    "asr.w r9, r9, #1\n\t"
#define ROUNDED(sum) "smmlar " sum ", " sum ", r6, r9\n\t" NARROWED(sum)
#define NARROWED(sum) "asr.w " sum ", " sum ", r7\n\t" "ssat " sum ", #8, " sum "\n\t"
/* halves away from zero, so one less below it where there is a shift */
#define AWAY(sum)                                  \
    "smmulr " sum ", " sum ", r6\n\t"              \
    "cmp r7, #0\n\t"                               \
    "it gt\n\t"                                    \
    "addgt.w " sum ", " sum ", " sum ", asr #31\n\t" \
    "add.w " sum ", " sum ", r9\n\t" NARROWED(sum)
#define PUT_TWO(how, sum, second)  \
    SHIFT_AND_OFFSET               \
    "ldr.w r10, [r11, #48]\n\t"    \
    how(second) how(sum)           \
    "strb.w " second ", [r3, r10]\n\t" \
    "strb " sum ", [r3], #1\n\t"
#define PUT_ONE(how, sum) SHIFT_AND_OFFSET how(sum) "strb " sum ", [r3], #1\n\t"
#define UNLESS_LAST           \
    "ldr.w r10, [r11, #16]\n\t" \
    "cmp r3, r10\n\t"         \
    "beq.w 9f\n\t"

__attribute__((naked, noinline, unused)) static void conv_two(
    __attribute__((unused)) columns_t *columns)
{
    __asm__ volatile(
        "push {r4-r11, lr}\n\t"
        "mov r11, r0\n\t"
        "ldr.w r8, [r11, #20]\n"
        "1:\n\t"
        "ldr.w r9, [r11, #24]\n\t"
        "ldr.w r10, [r11, #32]\n\t"
        "ldrd r4, r5, [r11, #36]\n\t"
        "mov.w r12, #0\n\t"
        "mov.w lr, #0\n"
        "2:\n\t"
        "mov r6, r4\n\t"
        "mov r7, r5\n\t"
        "lsls r0, r10, #28\n\t"
        "add r10, r8\n\t"
        "bmi.w 4f\n"
        "3:\n\t" FOUR_TAPS "\n4:\n\t" FOUR_TAPS
        "cmp r8, r10\n\t"
        "bne.w 3b\n\t"
        "ldr.w r0, [r11, #28]\n\t"
        "subs r6, r6, r4\n\t"
        "subs r7, r7, r5\n\t"
        "add.w r12, r12, r6, asr #8\n\t"
        "add.w lr, lr, r7, asr #8\n\t"
        "subs.w r0, r0, r9\n\t"
        "bne.w 8f\n\t"
        "ldm.w r11, {r0-r3}\n\t"
        "ldrd r6, r7, [r0], #8\n\t"
        "add.w r4, r6, r4, lsl #1\n\t"
        "add.w r5, r6, r5, lsl #1\n\t"
        "add.w r12, r7, r12, lsl #1\n\t"
        "add.w lr, r7, lr, lsl #1\n\t"
        "ldr.w r10, [r11, #52]\n\t"
        "cmp r10, #0\n\t"
        "bne.w 5f\n\t"
        PUT_TWO(ROUNDED, "r4", "r5") UNLESS_LAST PUT_TWO(ROUNDED, "r12", "lr")
        "b.w 6f\n"
        "5:\n\t"
        PUT_TWO(AWAY, "r4", "r5") UNLESS_LAST PUT_TWO(AWAY, "r12", "lr")
        "6:\n\t"
        "stm.w r11, {r0-r3}\n\t" UNLESS_LAST
        "b.w 1b\n"
        "8:\n\t" /* more taps: two bytes of weights for four of columns */
        "lsr.w r10, r0, #1\n\t"
        "cmp.w r10, #512\n\t"
        "it gt\n\t"
        "movgt.w r10, #512\n\t"
        "b.w 2b\n"
        "9:\n\t"
        "pop {r4-r11, pc}");
}

__attribute__((naked, noinline, unused)) static void conv_one(
    __attribute__((unused)) columns_t *columns)
{
    __asm__ volatile(
        "push {r4-r11, lr}\n\t"
        "mov r11, r0\n\t"
        "ldr.w r8, [r11, #20]\n"
        "1:\n\t"
        "ldr.w r9, [r11, #24]\n\t"
        "ldr.w r10, [r11, #32]\n\t"
        "ldr.w r4, [r11, #36]\n\t"
        "mov.w r12, #0\n"
        "2:\n\t"
        "mov r6, r4\n\t"
        "lsls r0, r10, #28\n\t"
        "add r10, r8\n\t"
        "bmi.w 4f\n"
        "3:\n\t" FOUR_TAPS_OF_ONE "\n4:\n\t" FOUR_TAPS_OF_ONE
        "cmp r8, r10\n\t"
        "bne.w 3b\n\t"
        "ldr.w r0, [r11, #28]\n\t"
        "subs r6, r6, r4\n\t"
        "add.w r12, r12, r6, asr #8\n\t"
        "subs.w r0, r0, r9\n\t"
        "bne.w 8f\n\t"
        "ldm.w r11, {r0-r3}\n\t"
        "ldrd r6, r7, [r0], #8\n\t"
        "add.w r4, r6, r4, lsl #1\n\t"
        "add.w r12, r7, r12, lsl #1\n\t"
        "ldr.w r10, [r11, #52]\n\t"
        "cmp r10, #0\n\t"
        "bne.w 5f\n\t"
        PUT_ONE(ROUNDED, "r4") UNLESS_LAST PUT_ONE(ROUNDED, "r12")
        "b.w 6f\n"
        "5:\n\t"
        PUT_ONE(AWAY, "r4") UNLESS_LAST PUT_ONE(AWAY, "r12")
        "6:\n\t"
        "stm.w r11, {r0-r3}\n\t" UNLESS_LAST
        "b.w 1b\n"
        "8:\n\t"
        "mov r10, r0\n\t"
        "cmp.w r10, #512\n\t"
        "it gt\n\t"
        "movgt.w r10, #512\n\t"
        "b.w 2b\n"
        "9:\n\t"
        "pop {r4-r11, pc}");
}

INLINE_FUNCTION void begin_columns(const network_t *net, const stage_t *stage,
                                   const output_t *output, columns_t *columns)
{
    const int32_t taps = (stage->taps > MOST_TAPS) ? MOST_TAPS : stage->taps;
    columns->weights = stage->weights;
    columns->columns = net->spread;
    columns->weight_bytes = 2 * taps;
    columns->twice_zero = (2 * output->zero) + 1;
    columns->out = stage->out;
    columns->below = (output->low < 0) ? 1 : 0;
}

/* All outputs of two columns; `first` and `second` are what spreading them out returned. */
INLINE_FUNCTION void make_columns(const network_t *net, const stage_t *stage,
                                  const output_t *output, columns_t *columns, int8_t *to,
                                  int32_t first, int32_t second, int32_t count)
{
    columns->bias = output->bias;
    columns->multiplier = output->multiplier;
    columns->shift = output->shift;
    columns->to = to;
    columns->end = to + stage->out;
    columns->columns_end = net->spread + (count * stage->taps);
    columns->less[0] = -first;
    columns->less[1] = -second;
    if (count == 2) {
        conv_two(columns);
    } else {
        conv_one(columns);
    }
}
#else
/* Nothing that is worked out once for a row. */
typedef int32_t columns_t;

INLINE_FUNCTION void begin_columns(const network_t *net, const stage_t *stage,
                                   const output_t *output, columns_t *columns)
{
    (void)net;
    (void)stage;
    (void)output;
    *columns = 0;
}

/*
 * All outputs of two columns or of one; `first` and `second` are what spreading them out returned.
 * An odd number of outputs has the weights of one more.
 */
INLINE_FUNCTION void make_columns(const network_t *net, const stage_t *stage,
                                  const output_t *output, columns_t *columns, int8_t *to,
                                  int32_t first, int32_t second, int32_t count)
{
    const int8_t *weights = stage->weights;
    const int32_t taps = stage->taps;
    const int32_t out = stage->out;
    int8_t *const end = to + out;
    int32_t channel = 0;
    (void)columns;
    for (;;) {
        const sums_t sums = (count == 2)
                                ? sums_of_two(weights, net->spread, taps, first, second)
                                : sums_of_one(weights, net->spread, taps, first);
        scale_t scale = scale_of(output, channel);
        if (count == 2) {
            to[out] = scaled_sum(output, &scale, sums.second_a);
        }
        *to++ = scaled_sum(output, &scale, sums.first_a);
        if (to == end) {
            break;
        }
        scale = scale_of(output, channel + 1);
        if (count == 2) {
            to[out] = scaled_sum(output, &scale, sums.second_b);
        }
        *to++ = scaled_sum(output, &scale, sums.first_b);
        if (to == end) {
            break;
        }
        channel += 2;
        weights += 2 * taps;
    }
}
#endif

)";

}  // namespace nanonas::exporting
