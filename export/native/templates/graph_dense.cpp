// Dense layers of networks that are graphs.
#include "export/native/templates/c_templates.hpp"

namespace nanonas::exporting {

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
