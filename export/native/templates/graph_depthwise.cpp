// Depthwise convolutions in networks that are graphs.
#include "export/native/templates/c_templates.hpp"

namespace nanonas::exporting {

const char* const kGraphDepthwiseTemplate = R"(/* Weights are [rows][window][out]. */
OWN_FUNCTION void depthwise_row(const network_t *net, const stage_t *stage, int8_t *to)
{
    const int32_t in = stage->in;
    const int32_t out = stage->out;
    const output_t output = output_of(net, stage);
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
            for (; (channel + 3) < out; channel += 4) {
                const int8_t *const values = net->bytes + offset + channel;
                const int8_t *weights = stage->weights + channel;
                int32_t a = 0;
                int32_t b = 0;
                int32_t c = 0;
                int32_t d = 0;
                int32_t row;
                for (row = 0; row < rows; row++) {
                    const int8_t *from = values + at[row];
                    int32_t count = window;
                    uint32_t p;
                    uint32_t w;
                    uint32_t x;
                    uint32_t y;
                    __asm__ volatile(
                        "1:\n\t"
                        "ldr %[p], [%[from]]\n\t"
                        "ldr %[w], [%[weights]]\n\t"
                        "add %[from], %[from], %[in]\n\t"
                        "add %[weights], %[weights], %[out]\n\t"
                        "sxtb16 %[x], %[p]\n\t"
                        "sxtb16 %[y], %[w]\n\t"
                        "smlabb %[a], %[x], %[y], %[a]\n\t"
                        "smlatt %[c], %[x], %[y], %[c]\n\t"
                        "sxtb16 %[x], %[p], ror #8\n\t"
                        "sxtb16 %[y], %[w], ror #8\n\t"
                        "smlabb %[b], %[x], %[y], %[b]\n\t"
                        "smlatt %[d], %[x], %[y], %[d]\n\t"
                        "subs %[count], %[count], #1\n\t"
                        "bne 1b"
                        : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [from] "+r"(from),
                          [weights] "+r"(weights), [count] "+r"(count), [p] "=&r"(p), [w] "=&r"(w),
                          [x] "=&r"(x), [y] "=&r"(y)
                        : [in] "r"(in), [out] "r"(out)
                        : "cc", "memory");
                }
                to[0] = output_value(&output, channel, a);
                to[1] = output_value(&output, channel + 1, b);
                to[2] = output_value(&output, channel + 2, c);
                to[3] = output_value(&output, channel + 3, d);
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
            *to++ = output_value(&output, channel, sum);
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

}  // namespace nanonas::exporting
