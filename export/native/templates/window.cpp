// The row kernel of convolutions with any window, depthwise ones too, and the step of a ring that
// holds as many rows as the window is high. Only networks with such a stage get them.
#include "export/native/templates/c_templates.hpp"

namespace nanonas::exporting {

const char* const kWindowMembersTemplate =
    R"(    uint16_t border;   /* values of padding that two rows of the ring share */
    uint16_t first;    /* of them, those before the first window */
    uint16_t advance;  /* values from one window to the next */
    uint16_t run;      /* taps in a row of the window */
    uint16_t tap_step; /* values from one tap to the next: `in` for a depthwise convolution */
    uint8_t rows;      /* of the window */
    uint8_t above;     /* rows of padding above the map */
    uint8_t group;     /* outputs of one input channel; 0: all input channels are summed */
    uint8_t window;    /* 1: a stage of window_row() */
)";

const char* const kWindowKernelTemplate = R"(/*
 * One row of outputs from the rows of the ring that begin at `slot`; weights are [out][rows][run].
 */
static void window_row(const stage_t *stage, int32_t slot, int16_t *to, int32_t *totals)
{
    const int32_t stride = stage->stride;
    const int16_t *const end_of_ring = stage->lines + (stage->ring * stride);
    const int16_t *from_column = stage->lines + (slot * stride) + stage->first;
    int32_t column;
    for (column = 0; column < stage->out_width; column++) {
        const int8_t *weights = stage->weights;
        const int16_t *source = from_column;
        int32_t left = stage->group;
        int32_t channel;
        for (channel = 0; channel < stage->out; channel++) {
            const int16_t *row = source;
            int32_t sum = 0;
            int32_t rows;
            for (rows = stage->rows; rows > 0; rows--) {
                const int8_t *const end = weights + stage->run;
                const int16_t *from = row;
                while (weights != end) {
                    const int32_t weight = *weights++;
                    sum += weight * *from;
                    from += stage->tap_step;
                }
                row += stride;
                row = (row >= end_of_ring) ? (row - (stage->ring * stride)) : row;
            }
            to = put_output(stage, channel, sum, to, totals);
            left--;
            if (left == 0) {
                left = stage->group;
                source++;
            }
        }
        from_column += stage->advance;
    }
}

)";

const char* const kWindowStepTemplate =
    R"(static void clear_slot(const stage_t *stage, int32_t slot)
{
    pad(slot_start(stage, slot) + stage->border, stage->stride - stage->border, stage->padding);
}

/* The slot of the row that comes next. */
static int16_t *next_row(const stage_t *stage, const counter_t *counter)
{
    return slot_start(stage, counter->write_slot) + stage->border;
}

static void next_slot(const stage_t *stage, counter_t *counter)
{
    const uint16_t next = (uint16_t)(counter->write_slot + 1U);
    counter->write_slot = (next == stage->ring) ? 0U : next;
}

static void row_written(const stage_t *stage, counter_t *counter)
{
    next_slot(stage, counter);
    counter->rows_in++;
}

/*
 * Makes the next output row of a stage when its input rows are there; returns whether it did.
 * Without sums to add to, the row goes to the stage that follows.
 */
static int make_row(const stage_t *stage, counter_t *counter, int32_t *totals)
{
    const int32_t rows_needed =
        (counter->rows_out * stage->step) + stage->rows - stage->above;
    int16_t *to = NULL;
    int32_t slot = counter->read_slot;

    if (counter->rows_out == stage->out_height) {
        return 0;
    }
    if (counter->rows_in < rows_needed) {
        int32_t missing = rows_needed - stage->height; /* rows of padding below the map */
        if (counter->rows_in < stage->height) {
            return 0;
        }
        if ((counter->rows_out > 0) && (missing > stage->step)) {
            missing = stage->step; /* the others were there for the row before */
        }
        for (; missing > 0; missing--) {
            clear_slot(stage, counter->write_slot);
            next_slot(stage, counter);
        }
    }
    if (totals == NULL) {
        to = next_row(stage + 1, counter + 1);
    }
@call_kernel@    slot = counter->read_slot + stage->step;
    while (slot >= stage->ring) {
        slot -= stage->ring;
    }
    counter->read_slot = (uint16_t)slot;
    counter->rows_out++;
    if (totals == NULL) {
        row_written(stage + 1, counter + 1);
    }
    return 1;
}

)";

const char* const kWindowBeginTemplate = R"(        for (slot = 0; slot <= stage->ring; slot++) {
            pad(slot_start(stage, slot), stage->border, stage->padding);
        }
        for (slot = 0; slot < stage->above; slot++) {
            clear_slot(stage, slot); /* padding above the map */
        }
        counter->rows_in = 0;
        counter->rows_out = 0;
        counter->write_slot = stage->above;
)";

}  // namespace nanonas::exporting
