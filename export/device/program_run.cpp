// kRunProgram.
#include "export/device/programs.hpp"

namespace nanonas::device {

// Instructions come from SysTick: under -icount shift=0 an instruction takes one virtual nanosecond
// whatever it does. The counter has 24 bits, so a call is counted modulo several hundred million
// instructions (DeviceRun::clock_turn).
const char* const kRunProgram = R"(#include <stdint.h>

#include "@name@.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

#ifdef HOST
#include <stdio.h>
#include <stdlib.h>
typedef FILE *file_t;
#define OPEN_FAILED NULL
ALWAYS_INLINE file_t open_file(const char *name, int length, int writes)
{
    (void)length;
    return fopen(name, writes ? "wb" : "rb");
}
ALWAYS_INLINE int left_unread(file_t file, void *to, int bytes)
{
    return bytes - (int)fread(to, 1, (size_t)bytes, file);
}
ALWAYS_INLINE int left_unwritten(file_t file, const void *from, int bytes)
{
    return bytes - (int)fwrite(from, 1, (size_t)bytes, file);
}
ALWAYS_INLINE int closed(file_t file) { return fclose(file) == 0; }
static void give_up(const char *why) { (void)fputs(why, stderr); exit(1); }
ALWAYS_INLINE uint32_t now(void) { return 0U; }
ALWAYS_INLINE uint32_t since(uint32_t begun) { return begun; }
#else
typedef int file_t;
#define OPEN_FAILED (-1)
void give_up(const char *why);
int application(void);
ALWAYS_INLINE int semihost(int operation, const void *argument)
{
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}
ALWAYS_INLINE file_t open_file(const char *name, int length, int writes)
{
    const int words[3] = {(int)name, writes ? 5 : 1, length};
    return semihost(0x01, words);
}
ALWAYS_INLINE int closed(file_t file) { return semihost(0x02, &file) == 0; }
ALWAYS_INLINE int left_unwritten(file_t file, const void *from, int bytes)
{
    const int words[3] = {file, (int)from, bytes};
    return semihost(0x05, words);
}
ALWAYS_INLINE int left_unread(file_t file, void *to, int bytes)
{
    const int words[3] = {file, (int)to, bytes};
    return semihost(0x06, words);
}

#define TICK_CONTROL (*(volatile uint32_t *)0xE000E010U)
#define TICK_RELOAD (*(volatile uint32_t *)0xE000E014U)
#define TICK_COUNT (*(volatile uint32_t *)0xE000E018U)
#define TICK_MASK 0xFFFFFFU
/* The counter falls. No interrupt: it would take stack that is not the network's. */
ALWAYS_INLINE uint32_t now(void) { return TICK_COUNT; }
ALWAYS_INLINE uint32_t since(uint32_t begun) { return (begun - TICK_COUNT) & TICK_MASK; }
#endif

#define LAYERS 32
#define PAIRS 512
#define PAINT 0xA5C3E187U
#define MOST_PAINTED (64U * 1024U)

/* figures.bin, see figures.hpp. */
static struct {
    uint64_t total, fewest, most;
    uint64_t pair_ticks;
    uint64_t trace_ticks;
    uint64_t layer_ticks[LAYERS + 1];
    uint64_t layer_calls[LAYERS + 1];
    uint32_t images;
    uint32_t intervals;
    uint32_t pairs;
    uint32_t stack_bytes;
} figures;

static int8_t scores[@NAME@_CLASSES];
static uint64_t spent;
static uint32_t intervals;

#define MEASURED(call)                 \
    do {                               \
        const uint32_t begun = now();  \
        call;                          \
        spent += since(begun);         \
        intervals++;                   \
    } while (0)

#ifdef @NAME@_TRACE
static uint32_t charged_from;
static int charged = LAYERS;
void @name@_trace(int stage)
{
    figures.layer_ticks[charged] += since(charged_from);
    figures.layer_calls[charged]++;
    charged = ((stage < 0) || (stage > LAYERS)) ? LAYERS : stage;
    charged_from = now();
}
#endif

/* Of another length each time: the pairs below begin at every phase of a tick. */
static void pass_time(int i)
{
    for (i %= 41; i > 0; i--) {
        __asm__ volatile("");
    }
}

/* What measuring nothing takes. */
static void calibrate(void)
{
    int i;
#ifdef @NAME@_TRACE
    charged_from = now();
    for (i = 0; i < PAIRS; i++) {
        @name@_trace(0);
        @name@_trace(-1);
        pass_time(i);
    }
    figures.trace_ticks = figures.layer_ticks[0];
    for (i = 0; i <= LAYERS; i++) {
        figures.layer_ticks[i] = 0U;
        figures.layer_calls[i] = 0U;
    }
#endif
    for (i = 0; i < PAIRS; i++) {
        MEASURED((void)0);
        pass_time(i);
    }
    figures.pair_ticks = spent;
    figures.pairs = PAIRS;
}

/* 0: no image is left. Inlined, so that the stack below is the network's alone. */
ALWAYS_INLINE int run_image(file_t in)
{
    int i;
    spent = 0;
    intervals = 0;
#ifdef @NAME@_ROWS_ONLY
    static uint8_t row[@NAME@_ROW_BYTES];
    int finished = 0;
    for (i = 0; i < @NAME@_HEIGHT; i++) {
        const int left = left_unread(in, row, @NAME@_ROW_BYTES);
        if ((left == @NAME@_ROW_BYTES) && (i == 0)) {
            return 0;
        }
        if (left != 0) {
            give_up("images.bin ends inside an image\n");
        }
        MEASURED(@name@_push_row(row));
    }
    for (i = 0; i < @NAME@_CLASSES; i++) {
        scores[i] = 0x55;
    }
    MEASURED(finished = @name@_finish(scores));
    if (finished != 1) {
        give_up("a whole frame was pushed and is not finished\n");
    }
#else
    const int left = left_unread(in, @name@_input(), @NAME@_FRAME_BYTES);
    if (left == @NAME@_FRAME_BYTES) {
        return 0;
    }
    if (left != 0) {
        give_up("images.bin ends inside an image\n");
    }
    for (i = 0; i < @NAME@_CLASSES; i++) {
        scores[i] = 0x55;
    }
    MEASURED(@name@_predict(@name@_input(), scores));
#endif
    return 1;
}

ALWAYS_INLINE int run_images(void)
{
    const file_t in = open_file("images.bin", 10, 0);
    const file_t out = open_file("scores.bin", 10, 1);
    if ((in == OPEN_FAILED) || (out == OPEN_FAILED)) {
        give_up("images.bin or scores.bin cannot be opened\n");
    }
    while (run_image(in) != 0) {
        if (left_unwritten(out, scores, @NAME@_CLASSES) != 0) {
            give_up("scores.bin cannot be written\n");
        }
        figures.total += spent;
        figures.fewest = ((figures.images == 0U) || (spent < figures.fewest)) ? spent
                                                                              : figures.fewest;
        figures.most = (spent > figures.most) ? spent : figures.most;
        figures.intervals = intervals;
        figures.images++;
    }
    return closed(in) && closed(out);
}

#ifdef HOST
int main(void)
{
    return run_images() ? 0 : 1;
}
#else
extern uint32_t _bss_end;

int application(void)
{
    volatile uint32_t *here;
    volatile uint32_t *painted;
    volatile uint32_t *at;
    file_t out;

    TICK_RELOAD = TICK_MASK;
    TICK_COUNT = 0U;
    TICK_CONTROL = 5U;
    calibrate();

    __asm__ volatile("mov %0, sp" : "=r"(here));
    painted = &_bss_end;
    if (((uint32_t)here - (uint32_t)painted) > MOST_PAINTED) {
        painted = here - (MOST_PAINTED / 4U);
    }
    for (at = painted; at < here; at++) {
        *at = PAINT;
    }
    if (!run_images()) {
        give_up("scores.bin cannot be closed\n");
    }
    at = painted;
    while ((at < here) && (*at == PAINT)) {
        at++;
    }
    if (at == painted) {
        give_up("the stack ran into the memory of the network\n");
    }
    figures.stack_bytes = (uint32_t)here - (uint32_t)at;

    out = open_file("figures.bin", 11, 1);
    if ((out == OPEN_FAILED) || (left_unwritten(out, &figures, sizeof figures) != 0) ||
        !closed(out)) {
        give_up("figures.bin cannot be written\n");
    }
    return 0;
}
#endif
)";

}  // namespace nanonas::device
