// The DSP kernels that take nearly all of the time on Cortex-M4, M7 and M33.
#include "export/native/templates/c_templates.hpp"

namespace nanonas::exporting {

const char* const kBlockOfPairTemplate = R"(#if USE_DSP
/*
 * Four convolution outputs under a pool window in a pair of output channels, without bias: either
 * maximum, the first channel's in the low word. Needs all of a core's registers, hence no C: r0
 * weights, r1 pixels, r2 and r3 the upper and lower outputs' input, r4-r7 and r8-r11 the sums, r12
 * and r14 two taps of either channel. One kernel per number of input channels, whose offsets are
 * constants; rows of taps are entered in the middle of the unrolled steps.
 */
#define SUMS(pair_a, pair_b) \
    "smlad " pair_a ", r12, r1, " pair_a "\n\t" \
    "smlad " pair_b ", lr, r1, " pair_b "\n\t"
#define STEP(right)                      \
    "ldr.w lr, [r0], #4\n\t"             \
    "sxtb16 r12, lr\n\t"                 \
    "sxtb16 lr, lr, ror #8\n\t"          \
    "ldr.w r1, [r2, #" #right "]\n\t" SUMS("r5", "r9") \
    "ldr.w r1, [r2], #4\n\t" SUMS("r4", "r8")          \
    "ldr.w r1, [r3, #" #right "]\n\t" SUMS("r7", "r11") \
    "ldr.w r1, [r3], #4\n\t" SUMS("r6", "r10")
#define LARGER(a, b) "cmp " a ", " b "\n\tit lt\n\tmovlt " a ", " b "\n\t"

/* in, 2 * in, bytes of a row of weights, steps before and behind the entry, 1 for a loop */
#define BLOCK_OF_PAIR(in, right, row_bytes, before, behind, loop)                              \
    __attribute__((naked, noinline)) static int64_t block_##in(                                \
        __attribute__((unused)) const int8_t *weights,                                         \
        __attribute__((unused)) const int16_t *const *rows)                                    \
    {                                                                                          \
        __asm__ volatile(                                                                      \
            "push {r1-r11, lr}\n\t" /* next row, end of the weights, end of their row */       \
            "movw r2, #(3 * " #row_bytes ")\n\t"                                               \
            "add r2, r0\n\t"                                                                   \
            "str r2, [sp, #4]\n\t"                                                             \
            "movs r4, #0\n\tmovs r5, #0\n\tmovs r6, #0\n\tmovs r7, #0\n\t"                     \
            "mov.w r8, #0\n\tmov.w r9, #0\n\tmov.w r10, #0\n\tmov.w r11, #0\n"                 \
            "1:\n\t"                                                                           \
            "ldr r1, [sp]\n\t"                                                                 \
            "ldrd r2, r3, [r1], #4\n\t"                                                        \
            "str r1, [sp]\n\t"                                                                 \
            ".if " #loop "\n\t"                                                                \
            "movw r1, #" #row_bytes "\n\t"                                                     \
            "add r1, r0\n\t"                                                                   \
            "str r1, [sp, #8]\n\t"                                                             \
            ".if " #before "\n\tb 3f\n\t.endif\n"                                              \
            "2:\n\t"                                                                           \
            ".rept " #before "\n\t" STEP(right) ".endr\n"                                      \
            "3:\n\t"                                                                           \
            ".endif\n\t"                                                                       \
            ".rept " #behind "\n\t" STEP(right) ".endr\n\t"                                    \
            ".if " #loop "\n\t"                                                                \
            "ldr r1, [sp, #8]\n\t"                                                             \
            "cmp r0, r1\n\t"                                                                   \
            "bne.w 2b\n\t"                                                                     \
            ".endif\n\t"                                                                       \
            "ldr r1, [sp, #4]\n\t"                                                             \
            "cmp r0, r1\n\t"                                                                   \
            "bne.w 1b\n\t"                                                                     \
            LARGER("r4", "r5") LARGER("r6", "r7") LARGER("r4", "r6")                           \
            LARGER("r8", "r9") LARGER("r10", "r11") LARGER("r8", "r10")                        \
            "mov r0, r4\n\t"                                                                   \
            "mov r1, r8\n\t"                                                                   \
            "add sp, #12\n\t"                                                                  \
            "pop {r4-r11, pc}");                                                               \
    }
)";

const char* const kBlockOfOneTemplate = R"(/*
 * The same for one input channel. Three taps of a row k0 k1 k2 lie as k0 k1 k1 k2, of whose two
 * pairs the left output takes the first and k2, the right output the second and k0. r1 points at the
 * first of the four input rows, r2 and r3 have its pixels or the last row's, r4-r7 those of the two
 * between, r8-r11 the outputs' sums, r12 and r14 the pairs of taps. A channel is made from the last
 * row up, the second of a pair down again.
 */
#define TAPS(at)                   \
    "ldr.w lr, [r0, #" #at "]\n\t" \
    "sxtb16 r12, lr\n\t"           \
    "sxtb16 lr, lr, ror #8\n\t"
#define THIRD_TAPS(a, b, left, right)        \
    "smlabt " a ", " right ", lr, " a "\n\t" \
    "smlatb " b ", " left ", r12, " b "\n\t"
#define FIRST_SUMS(a, b, left, right) \
    "smuad " a ", " left ", r12\n\t"  \
    "smuad " b ", " right ", lr\n\t" THIRD_TAPS(a, b, left, right)
#define MORE_SUMS(a, b, left, right)        \
    "smlad " a ", " left ", r12, " a "\n\t" \
    "smlad " b ", " right ", lr, " b "\n\t" THIRD_TAPS(a, b, left, right)
#define ROW_OF_TAPS(at, how, upper_left, upper_right, lower_left, lower_right) \
    TAPS(at) how("r8", "r9", upper_left, upper_right) how("r10", "r11", lower_left, lower_right)
#define LARGEST LARGER("r8", "r9") LARGER("r10", "r11") LARGER("r8", "r10")
#define ROW_POINTERS_AND_THREE_ROWS  \
    "ldm.w r1, {r1, r4, r6, r8}\n\t" \
    "ldr.w r2, [r8]\n\t"             \
    "ldr.w r3, [r8, #4]\n\t"         \
    "ldr r5, [r4, #4]\n\t"           \
    "ldr r4, [r4]\n\t"               \
    "ldr r7, [r6, #4]\n\t"           \
    "ldr r6, [r6]\n\t"
#define FIRST_CHANNEL                                  \
    ROW_OF_TAPS(8, FIRST_SUMS, "r6", "r7", "r2", "r3") \
    ROW_OF_TAPS(4, MORE_SUMS, "r4", "r5", "r6", "r7")  \
    "ldr r2, [r1]\n\t"                                 \
    "ldr r3, [r1, #4]\n\t"                             \
    ROW_OF_TAPS(0, MORE_SUMS, "r2", "r3", "r4", "r5") LARGEST
)";

const char* const kBlockOfOneInPairTemplate =
    R"(__attribute__((naked, noinline)) static int64_t block_1(
    __attribute__((unused)) const int8_t *weights,
    __attribute__((unused)) const int16_t *const *rows)
{
    __asm__ volatile(
        "push {r1-r11, lr}\n\t" /* the last row's pixels in place of r1 and r2 */
        ROW_POINTERS_AND_THREE_ROWS
        "strd r2, r3, [sp]\n\t"
        FIRST_CHANNEL
        "mov r1, r8\n\t"
        ROW_OF_TAPS(12, FIRST_SUMS, "r2", "r3", "r4", "r5")
        ROW_OF_TAPS(16, MORE_SUMS, "r4", "r5", "r6", "r7")
        "ldrd r2, r3, [sp]\n\t"
        ROW_OF_TAPS(20, MORE_SUMS, "r6", "r7", "r2", "r3")
        LARGEST
        "mov r0, r1\n\t"
        "mov r1, r8\n\t"
        "add sp, #12\n\t"
        "pop {r4-r11, pc}");
}
)";

const char* const kBlockOfOneAloneTemplate =
    R"(/* The last of an odd number of channels. */
__attribute__((naked, noinline)) static int32_t block_1_of_last(
    __attribute__((unused)) const int8_t *weights,
    __attribute__((unused)) const int16_t *const *rows)
{
    __asm__ volatile(
        "push {r4-r11, lr}\n\t"
        ROW_POINTERS_AND_THREE_ROWS
        FIRST_CHANNEL
        "mov r0, r8\n\t"
        "pop {r4-r11, pc}");
}
)";

}  // namespace nanonas::exporting
