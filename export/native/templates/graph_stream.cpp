// How the layers of a graph run: rows pass through rings, the last layer that can make one first.
#include "export/native/templates/c_templates.hpp"

namespace nanonas::exporting {

const char* const kGraphStreamTemplate = R"(/*
 * With @NAME@_TRACE defined, @name@_trace(layer) of the application is told whose instructions come
 * next: 0 to @stages@ - 1 (the first takes the pixels in), -1 when the function the application called
 * returns.
 */
#ifdef @NAME@_TRACE
#define TRACE(stage) @name@_trace(stage)
#else
#define TRACE(stage) ((void)0)
#endif

/* Where a row of a map lies. */
OWN_FUNCTION int32_t row_start(const network_t *net, int32_t map, int32_t row)
{
    const ring_t *const ring = &net->rings[map];
    const counter_t *const counter = &net->counters[map];
    int32_t slot = counter->slot - (counter->made - ring->lead - row);
    slot += (slot < 0) ? ring->slots : 0;
    return ring->start + (slot * ring->stride);
}

/* The slot of the row that comes next, its padding made. */
OWN_FUNCTION int8_t *next_row(const network_t *net, int32_t map)
{
    const ring_t *const ring = &net->rings[map];
    int8_t *const row = net->bytes + ring->start + (net->counters[map].slot * ring->stride);
    if (ring->border != 0U) {
        (void)memset(row - ring->border, ring->zero, ring->border);
        (void)memset(row + ring->values, ring->zero, ring->border);
    }
    return row;
}

OWN_FUNCTION void row_written(const network_t *net, int32_t map)
{
    counter_t *const counter = &net->counters[map];
    const uint16_t next = (uint16_t)(counter->slot + 1U);
    counter->slot = (next == net->rings[map].slots) ? 0U : next;
}

/* Whether a map has the row that a window ends in. */
OWN_FUNCTION int has_rows(const network_t *net, int32_t map, int32_t end)
{
    const ring_t *const ring = &net->rings[map];
    const int32_t needed = (end > ring->height) ? ring->height : end;
    return (net->counters[map].made >= (needed + ring->lead)) ? 1 : 0;
}

/* Finds the rows of a window; returns how many of them lie on the map, the others are padding. */
OWN_FUNCTION int32_t find_rows(const network_t *net, const stage_t *stage, int32_t top)
{
    const ring_t *const ring = &net->rings[stage->source];
    int32_t *at = net->at;
    int32_t found = 0;
    int32_t padded = 0;
    int32_t row;
    for (row = top; row < (top + stage->rows); row++) {
        if ((row >= 0) && (row < ring->height)) {
            *at++ = row_start(net, stage->source, row);
            found++;
        } else if (stage->pads != 0U) {
            if (padded == 0) {
                (void)memset(net->bytes + net->padding, ring->zero,
                             (size_t)(ring->stride + ring->border));
                padded = 1;
            }
            *at++ = net->padding + ring->border;
        } else {
            /* a pool leaves padding out */
        }
    }
    return found;
}

/* Makes the next row of a layer when the rows it needs are there; returns whether it did. */
static int make_row(const network_t *net, int32_t index)
{
    const stage_t *const stage = &net->stages[index];
    counter_t *const counter = &net->counters[index + 1];
    const int32_t row = counter->made;
    const int32_t top = (row * stage->step) - stage->above;
    const int32_t end = top + stage->rows;
    const int32_t last = ((row + 1) > net->rings[index + 1].lead) ? 1 : 0;
    int32_t rows;
    int8_t *to = NULL;
    if ((row == stage->steps) || (has_rows(net, stage->source, (end < 1) ? 1 : end) == 0)) {
        return 0;
    }
    if ((stage->second != stage->source) && (has_rows(net, stage->second, row + 1) == 0)) {
        return 0;
    }
    TRACE((int)index);
    rows = find_rows(net, stage, top);
    if (last != 0) {
        to = next_row(net, index + 1);
    }
    switch (stage->kernel) {
@kernels@    default:
        (void)rows;
        break;
    }
    if (last != 0) {
        row_written(net, index + 1);
    }
    counter->made++;
    return 1;
}

void @name@_begin(void)
{
    const network_t *const net = the_network();
    (void)memset(net->counters, 0, ((size_t)net->stage_count + 1U) * sizeof *net->counters);
}

void @name@_push_row(const uint8_t *row)
{
    const network_t *const net = the_network();
    const ring_t *const ring = net->rings;
    int32_t index;
    int32_t i;
    int8_t *to;
    if (net->counters->made >= ring->height) {
        return;
    }
    if (net->counters->made == 0U) {
        @name@_begin();
    }
    TRACE(0);
    to = next_row(net, 0);
    i = 0;
#if USE_DSP
    for (; (i + 3) < ring->values; i += 4) {
        store_word(to + i, load_word(row + i) ^ 0x80808080U);
    }
#endif
    for (; i < ring->values; i++) {
        to[i] = (int8_t)(row[i] - 128);
    }
    row_written(net, 0);
    net->counters->made++;
    /* rows are consumed before more are made */
    index = net->first;
    while (index >= 0) {
        index = (make_row(net, index) != 0) ? net->stages[index].next : (index - 1);
    }
    if (net->counters->made == ring->height) {
        for (index = net->streamed; index < net->stage_count; index++) {
            while (make_row(net, index) != 0) {
            }
        }
    }
    TRACE(-1);
}

int @name@_finish(int8_t *scores)
{
    const network_t *const net = the_network();
    if (net->counters->made != net->rings->height) {
        return 0;
    }
    (void)memcpy(scores, net->bytes + net->rings[net->stage_count].start, (size_t)net->classes);
    net->counters->made = 0;
    return 1;
}

void @name@_predict(const uint8_t *pixels, int8_t *scores)
{
    const network_t *const net = the_network();
    int32_t row;
    net->counters->made = 0;
    for (row = 0; row < net->rings->height; row++) {
        @name@_push_row(pixels);
        pixels += net->rings->values;
    }
    (void)@name@_finish(scores);
}

)";

}  // namespace nanonas::exporting
