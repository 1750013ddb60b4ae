#include "export/native/templates/c_templates.hpp"

namespace nanonas::exporting {

const char* const kStreamTopTemplate = R"(/*
 * With @NAME@_TRACE defined, @name@_trace(stage) of the application is told whose instructions come
 * next: 0 to @stages@ - 1 for a convolution with its pool (the first takes the pixels in), @stages@ for
 * the average and the dense layer, -1 when the function the application called returns.
 */
#ifdef @NAME@_TRACE
#define TRACE(stage) @name@_trace(stage)
#else
#define TRACE(stage) ((void)0)
#endif

/* Slot of a ring: a row whose first column is the padding on its left. */
static int16_t *slot_start(const stage_t *stage, int32_t slot)
{
    return stage->lines + (slot * stage->stride);
}

/* `count` values of padding. */
static void pad(int16_t *to, int32_t count, int16_t value)
{
    int16_t *const end = to + count;
    while (to != end) {
        *to++ = value;
    }
}

)";

const char* const kStepTemplate = R"(static void clear_slot(const stage_t *stage, int32_t slot)
{
    pad(slot_start(stage, slot) + stage->in, stage->stride - stage->in, stage->padding);
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

/*
 * Makes the next output row of a stage when its input rows are there; returns whether it did.
 * Without sums to add to, the row goes to the stage that follows.
 */
static int make_row(const stage_t *stage, counter_t *counter, int32_t *totals)
{
    const int32_t rows_needed = (counter->rows_out * stage->step) + stage->step + 1;
    const int16_t *rows[4];
    int16_t *to = NULL;
    int32_t slot = counter->read_slot;
    int32_t i;

    if (counter->rows_out == stage->out_height) {
        return 0;
    }
    if (counter->rows_in < rows_needed) {
        if (counter->rows_in < stage->height) {
            return 0;
        }
        clear_slot(stage, counter->write_slot); /* padding below the map */
    }
    for (i = 0; i < 4; i++) { /* the fourth is the first of three again */
        rows[i] = slot_start(stage, slot);
        slot++;
        slot = (slot == stage->ring) ? 0 : slot;
    }
    if (totals == NULL) {
        to = next_row(stage + 1, counter + 1);
    }
@call_kernel@    slot = counter->read_slot + stage->step;
    counter->read_slot = (uint16_t)((slot >= stage->ring) ? (slot - stage->ring) : slot);
    counter->rows_out++;
    if (totals == NULL) {
        row_written(stage + 1, counter + 1);
    }
    return 1;
}

)";

const char* const kStreamRunTemplate =
    R"(/* Rows are consumed before more are made, so no ring overflows. */
static void run_stages(const network_t *net)
{
    const int32_t last = net->stage_count - 1;
    int32_t index = 0;
    while (index >= 0) {
        TRACE((int)index);
        if (make_row(&net->stages[index], &net->counters[index],
                     (index == last) ? net->sums : NULL) == 0) {
            index--;
        } else if (index < last) {
            index++;
        } else {
            /* the last stage may have another row to make */
        }
    }
}

void @name@_begin(void)
{
    const network_t *const net = the_network();
    const stage_t *stage = net->stages;
    counter_t *counter = net->counters;
    int32_t i;
    for (i = 0; i < net->stage_count; i++) {
        int32_t slot;
)";

const char* const kBeginTemplate = R"(        for (slot = 0; slot <= stage->ring; slot++) {
            pad(slot_start(stage, slot), stage->in, stage->padding);
        }
        clear_slot(stage, 0); /* padding above the map */
        counter->rows_in = 0;
        counter->rows_out = 0;
        counter->write_slot = 1;
)";

const char* const kPushTemplate = R"(        counter->read_slot = 0;
        stage++;
        counter++;
    }
    for (i = 0; i < net->features; i++) {
        net->sums[i] = 0;
    }
}

void @name@_push_row(const uint8_t *row)
{
    const network_t *const net = the_network();
    const stage_t *const stage = net->stages;
    counter_t *const counter = net->counters;
    int16_t *to;
    int32_t i;
    if (counter->rows_in >= stage->height) {
        return;
    }
    TRACE(0);
    if (counter->rows_in == 0) {
        @name@_begin();
    }
    to = next_row(stage, counter);
    for (i = 0; i < net->row_bytes; i++) {
        to[i] = row[i];
    }
    row_written(stage, counter);
    run_stages(net);
    TRACE(-1);
}

)";

const char* const kMeanTemplate =
    R"(/* sum / positions, halves away from zero; bit by bit, as small cores have no division. */
static int32_t mean_of(int32_t sum, int32_t positions)
{
    const int32_t magnitude = ((sum < 0) ? -sum : sum) + (positions >> 1);
    int32_t mean = 0;
    int32_t bit;
    for (bit = 128; bit > 0; bit >>= 1) {
        if (((mean + bit) * positions) <= magnitude) {
            mean += bit;
        }
    }
    return (sum < 0) ? -mean : mean;
}

)";

const char* const kFinishTemplate = R"(int @name@_finish(int8_t *scores)
{
    const network_t *const net = the_network();
    const int8_t *weights = net->weights;
    int32_t i;
    int32_t k;
    if (net->counters->rows_in != net->stages->height) {
        return 0;
    }
    TRACE((int)net->stage_count);
    /* Global average, kept relative to its zero point. */
    for (i = 0; i < net->features; i++) {
        const int32_t sum = net->sums[i] + (net->positions * net->feature_low);
        net->sums[i] = mean_of(sum, net->positions) - net->feature_zero_point;
    }
    for (k = 0; k < net->classes; k++) {
        int32_t sum = net->bias[k];
        int32_t score;
        for (i = 0; i < net->features; i++) {
            sum += *weights * net->sums[i];
            weights++;
        }
        score = rescale_once(sum, &net->factor[2 * k], (uint32_t)net->shift[k]);
        score = (score < net->score_low) ? net->score_low : score;
        score = (score > net->score_high) ? net->score_high : score;
        scores[k] = (int8_t)(score + net->score_zero_point);
    }
    net->counters->rows_in = 0;
    TRACE(-1);
    return 1;
}

void @name@_predict(const uint8_t *pixels, int8_t *scores)
{
    const network_t *const net = the_network();
    int32_t row;
    net->counters->rows_in = 0;
    for (row = 0; row < net->stages->height; row++) {
        @name@_push_row(pixels);
        pixels += net->row_bytes;
    }
    (void)@name@_finish(scores);
}

)";

const char* const kAnswerTemplate = R"(#ifndef @NAME@_ROWS_ONLY
uint8_t *@name@_input(void)
{
    return arena.frame;
}
#endif

int @name@_top_class(const int8_t *scores)
{
    const int32_t classes = the_network()->classes;
    int best = 0;
    int k;
    for (k = 1; k < classes; k++) {
        if (scores[k] > scores[best]) {
            best = k;
        }
    }
    return best;
}
)";

}  // namespace nanonas::exporting
