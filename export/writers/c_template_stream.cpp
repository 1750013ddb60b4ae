#include "export/writers/c_templates.hpp"

namespace nanonas::exporting {

const char* const kStreamTemplate = R"(#define STAGES @stages@

/*
 * With @NAME@_TRACE defined, @name@_trace(stage) of the application is told whose instructions come
 * next: 0 to STAGES - 1 for a convolution with its pool (the first takes the pixels in), STAGES for
 * the average and the dense layer, -1 when the function the application called returns.
 */
#ifdef @NAME@_TRACE
#define TRACE(stage) @name@_trace(stage)
#else
#define TRACE(stage) ((void)0)
#endif

/* Slot of a ring: a row whose first column is the zero column on its left. */
static int16_t *slot_start(const stage_t *stage, int32_t slot)
{
    return stage->lines + (slot * stage->stride);
}

static void clear_slot(const stage_t *stage, int32_t slot)
{
    (void)memset(slot_start(stage, slot) + stage->in, 0,
                 (size_t)stage->width * stage->in * sizeof(int16_t));
}

/* The slot of the row that comes next. */
static int16_t *next_row(const stage_t *stage, const counter_t *counter)
{
    return slot_start(stage, counter->write_slot) + stage->in;
}

static void row_written(const stage_t *stage, counter_t *counter)
{
    const uint16_t next = (uint16_t)(counter->write_slot + 1U);
    counter->write_slot = (next == stage->ring) ? 0U : next;
    counter->rows_in++;
}

/* Makes the next output row of a stage when its input rows are there; returns whether it did. */
static int make_row(int32_t index)
{
    const stage_t *const stage = &stages[index];
    counter_t *const counter = &arena.counters[index];
    const int32_t rows_needed = (counter->rows_out * stage->step) + stage->step + 1;
    const int16_t *rows[4] = {NULL, NULL, NULL, NULL};
    int16_t *to = NULL;
    int32_t *totals = NULL;
    int32_t slot = counter->read_slot;
    int32_t i;

    if (counter->rows_out == stage->out_height) {
        return 0;
    }
    if (counter->rows_in < rows_needed) {
        if (counter->rows_in < stage->height) {
            return 0;
        }
        clear_slot(stage, counter->write_slot); /* the zero row below the map */
    }
    for (i = 0; i < stage->ring; i++) {
        rows[i] = slot_start(stage, slot);
        slot++;
        slot = (slot == stage->ring) ? 0 : slot;
    }
    if ((index + 1) < STAGES) {
        to = next_row(&stages[index + 1], &arena.counters[index + 1]);
    } else {
        totals = arena.sums;
    }
@call_kernel@    slot = counter->read_slot + stage->step;
    counter->read_slot = (uint16_t)((slot >= stage->ring) ? (slot - stage->ring) : slot);
    counter->rows_out++;
    if ((index + 1) < STAGES) {
        row_written(&stages[index + 1], &arena.counters[index + 1]);
    }
    return 1;
}

/* Rows are consumed before more are made, so no ring overflows. */
static void run_stages(void)
{
    int32_t index = 0;
    while (index >= 0) {
        TRACE((int)index);
        if (make_row(index) == 0) {
            index--;
        } else if ((index + 1) < STAGES) {
            index++;
        } else {
            /* the last stage may have another row to make */
        }
    }
}

void @name@_begin(void)
{
    int32_t index;
    for (index = 0; index < STAGES; index++) {
        counter_t *const counter = &arena.counters[index];
        clear_slot(&stages[index], 0); /* the zero row above the map */
        counter->rows_in = 0;
        counter->rows_out = 0;
        counter->write_slot = 1;
        counter->read_slot = 0;
    }
    (void)memset(arena.sums, 0, sizeof arena.sums);
}

void @name@_push_row(const uint8_t *row)
{
    counter_t *const counter = &arena.counters[0];
    int16_t *const to = next_row(&stages[0], counter);
    int32_t i;
    if (counter->rows_in >= @NAME@_HEIGHT) {
        return;
    }
    TRACE(0);
    for (i = 0; i < @NAME@_ROW_BYTES; i++) {
        to[i] = (int16_t)(row[i] - @input_mean@);
    }
    row_written(&stages[0], counter);
    run_stages();
    TRACE(-1);
}

/* sum / @positions@, halves away from zero; bit by bit, as small cores have no division. */
static int32_t mean_of(int32_t sum)
{
    const int32_t magnitude = ((sum < 0) ? -sum : sum) + (@positions@ / 2);
    int32_t mean = 0;
    int32_t bit;
    for (bit = 128; bit > 0; bit >>= 1) {
        if (((mean + bit) * @positions@) <= magnitude) {
            mean += bit;
        }
    }
    return (sum < 0) ? -mean : mean;
}

int @name@_finish(int8_t *scores)
{
    const int8_t *weights = dense_weights;
    int32_t i;
    int32_t k;
    if (arena.counters[0].rows_in != @NAME@_HEIGHT) {
        return 0;
    }
    TRACE(STAGES);
    /* Global average, kept relative to its zero point. */
    for (i = 0; i < @features@; i++) {
        const int32_t sum = arena.sums[i] + (@positions@ * @feature_zero_point@);
        arena.sums[i] = mean_of(sum) - @feature_zero_point@;
    }
    for (k = 0; k < @NAME@_CLASSES; k++) {
        int32_t sum = dense_bias[k];
        for (i = 0; i < @features@; i++) {
            sum += *weights * arena.sums[i];
            weights++;
        }
        sum = rescale_once(sum, dense_multiplier[k], dense_shift[k]);
        sum = (sum < @score_low@) ? @score_low@ : (sum > @score_high@) ? @score_high@ : sum;
        scores[k] = (int8_t)(sum + @NAME@_SCORE_ZERO_POINT);
    }
    @name@_begin();
    TRACE(-1);
    return 1;
}

void @name@_predict(const uint8_t *pixels, int8_t *scores)
{
    int32_t row;
    @name@_begin();
    for (row = 0; row < @NAME@_HEIGHT; row++) {
        @name@_push_row(pixels);
        pixels += @NAME@_ROW_BYTES;
    }
    (void)@name@_finish(scores);
}

#ifndef @NAME@_ROWS_ONLY
uint8_t *@name@_input(void)
{
    return arena.frame;
}
#endif

int @name@_top_class(const int8_t *scores)
{
    int best = 0;
    int k;
    for (k = 1; k < @NAME@_CLASSES; k++) {
        if (scores[k] > scores[best]) {
            best = k;
        }
    }
    return best;
}
)";

}  // namespace nanonas::exporting
