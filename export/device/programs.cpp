#include "export/device/programs.hpp"

#include <algorithm>
#include <cctype>

namespace nanonas::device {

const char* const kStartProgram = R"(#include <stdint.h>

extern uint32_t _stack_top, _data_load, _data, _data_end, _bss, _bss_end;
void reset(void);
void fault(void);
int application(void);
void give_up(const char *why);
void leave(int result);

#ifndef FIRMWARE
static int semihost(int operation, const void *argument)
{
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void give_up(const char *why)
{
    (void)semihost(0x04, why);
    (void)semihost(0x18, (const void *)0x20023);
    for (;;) {
    }
}

void leave(int result)
{
    (void)semihost(0x18, (const void *)((result == 0) ? 0x20026 : 0x20023));
}

void fault(void)
{
    give_up("the core stopped at a fault\n");
}
#else
void fault(void)
{
    for (;;) {
    }
}
#endif
#define FAULT (const void *)fault

/* The sixteen vectors of the core itself. */
__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    &_stack_top, (const void *)reset, FAULT, FAULT, FAULT, FAULT, FAULT, FAULT,
    FAULT, FAULT, FAULT, FAULT, FAULT, FAULT, FAULT, FAULT,
};

void reset(void)
{
    volatile uint32_t *to;
    const uint32_t *from = &_data_load;
    for (to = &_data; to < &_data_end; to++) {
        *to = *from++;
    }
    for (to = &_bss; to < &_bss_end; to++) {
        *to = 0U;
    }
#ifdef FIRMWARE
    (void)application();
#else
    leave(application());
#endif
    for (;;) {
    }
}
)";

const char* const kFirmwareProgram = R"(#include "@name@.h"

int application(void);

static volatile int seen;
#ifdef @NAME@_ROWS_ONLY
static uint8_t row[@NAME@_ROW_BYTES];
static volatile const uint8_t *volatile camera = row;
#endif

int application(void)
{
    for (;;) {
#ifdef WITHOUT_MODEL
#ifdef @NAME@_ROWS_ONLY
        int y;
        for (y = 0; y < @NAME@_HEIGHT; y++) {
            seen = camera[0];
        }
#endif
        seen = 0;
#else
        int8_t scores[@NAME@_CLASSES];
#ifdef @NAME@_ROWS_ONLY
        int y;
        for (y = 0; y < @NAME@_HEIGHT; y++) {
            seen = camera[0];
            @name@_push_row(row);
        }
        (void)@name@_finish(scores);
#else
        @name@_predict(@name@_input(), scores);
#endif
        seen = @name@_top_class(scores);
#endif
    }
}
)";

std::string named_program(const char* program, const std::string& name) {
    std::string capital = name;
    std::transform(capital.begin(), capital.end(), capital.begin(), [](char letter) {
        return static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    });
    std::string text = program;
    const auto replace = [&text](const std::string& mark, const std::string& word) {
        for (std::size_t at = text.find(mark); at != std::string::npos;
             at = text.find(mark, at + word.size())) {
            text.replace(at, mark.size(), word);
        }
    };
    replace("@name@", name);
    replace("@NAME@", capital);
    return text;
}

std::string linker_script(const Machine& machine) {
    const auto region = [](std::uint32_t origin, std::uint32_t bytes) {
        return "ORIGIN = " + std::to_string(origin) + ", LENGTH = " + std::to_string(bytes) + "\n";
    };
    return "ENTRY(reset)\nMEMORY {\n    FLASH (rx) : " +
           region(machine.flash_origin, machine.flash_bytes) +
           "    RAM (rw) : " + region(machine.ram_origin, machine.ram_bytes) + R"(}
SECTIONS {
    .text : { KEEP(*(.vectors)) *(.text*) } > FLASH
    .rodata : { *(.rodata*) *(.ARM.exidx*) *(.ARM.extab*) . = ALIGN(4); } > FLASH
    .data : { _data = .; *(.data*) . = ALIGN(4); _data_end = .; } > RAM AT > FLASH
    _data_load = LOADADDR(.data);
    .bss (NOLOAD) : { _bss = .; *(.bss*) *(COMMON) . = ALIGN(4); _bss_end = .; } > RAM
    _stack_top = ORIGIN(RAM) + LENGTH(RAM);
    /* Room for the stack, so that a board that is too small is refused here. */
    ASSERT(_stack_top - _bss_end >= 2048, "RAM overflowed: no room for the stack")
}
)";
}

}  // namespace nanonas::device
