// The kernels written for a core, run on it: every byte of the shipped vectors, both entry points.
#include <catch2/catch.hpp>

#include "space/files.hpp"
#include "tests/export/native/c_program.hpp"
#include "tests/export/random_graph.hpp"
#include "tests/support/skip.hpp"

using namespace nanonas;

namespace {

// Bare metal: vector table, zeroed memory, semihosting for output.
const char* const kStart = R"(#include <stdint.h>
#include <string.h>
extern uint32_t _stack, _bss, _ebss;
void reset(void);
void fault(void);
int run_all(void);
void put(const char *text);
__attribute__((section(".vectors"), used)) const void *const vectors[4] = {
    &_stack, (const void *)reset, (const void *)fault, (const void *)fault};
static void semihost(int op, const void *argument)
{
    register int r0 __asm__("r0") = op;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
}
void put(const char *text) { semihost(4, text); }
void fault(void) { put("fault\n"); semihost(0x18, (const void *)0x20023); for (;;) { } }
void reset(void)
{
    memset(&_bss, 0, (size_t)((char *)&_ebss - (char *)&_bss));
    put(run_all() == 0 ? "all passed\n" : "failed\n");
    semihost(0x18, (const void *)0x20026);
    for (;;) { }
}
void put(const char *text);
int same(const void *a, const void *b, int n);
int same(const void *a, const void *b, int n) { return memcmp(a, b, (size_t)n) == 0; }
)";

const char* const kRun = R"(
void put(const char *text);
int same(const void *a, const void *b, int n);
#define RUN(name, NAME) \
    static int run_##name(void) { \
        int8_t s[NAME##_CLASSES]; \
        int failed = 0; \
        for (int i = 0; i < NAME##_VECTORS; i++) { \
            name##_predict(name##_vector_pixels[i], s); \
            failed += !same(s, name##_vector_scores[i], NAME##_CLASSES); \
            for (int y = 0; y < NAME##_HEIGHT; y++) { \
                name##_push_row(&name##_vector_pixels[i][y * NAME##_ROW_BYTES]); \
            } \
            failed += !name##_finish(s) || !same(s, name##_vector_scores[i], NAME##_CLASSES); \
        } \
        if (failed != 0) { put(#name " differs\n"); } \
        return failed; \
    }
)";

const char* const kLinkerScript = R"(ENTRY(reset)
MEMORY { FLASH (rx) : ORIGIN = 0, LENGTH = 4M RAM (rwx) : ORIGIN = 0x20000000, LENGTH = 4M }
SECTIONS {
    .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) *(.ARM.exidx*) } > FLASH
    .bss : { _bss = .; *(.data*) *(.bss*) *(COMMON) _ebss = .; } > RAM
    _stack = ORIGIN(RAM) + LENGTH(RAM);
}
)";

struct Core {
    const char* cpu;
    const char* machine;
    const char* optimize;
};

/// Exports of several networks in one program for each core.
class Program {
  public:
    void add(const exporting::Int8Network& network, const testing::RandomImages& images) {
        const std::string number = std::to_string(count_++);
        testing::write_c_source(network, images.view(), folder_.path(),
                                {"net" + number, images.count});
        includes_ += "#include \"net" + number + "_vectors.h\"\n";
        runs_ += "RUN(net" + number + ", NET" + number + ")\n";
        calls_ += " + run_net" + number + "()";
        sources_ += " net" + number + ".c";
    }

    void check(const std::vector<Core>& cores) const {
        write_file(folder_.path() + "/run.c", includes_ + kRun + runs_ +
                                                  "int run_all(void);\nint run_all(void) { return "
                                                  "0" +
                                                  calls_ + "; }\n");
        write_file(folder_.path() + "/start.c", kStart);
        write_file(folder_.path() + "/device.ld", kLinkerScript);
        for (const Core& core : cores) {
            std::string output;
            const int code = testing::run_command(
                "cd " + folder_.path() +
                    " && arm-none-eabi-gcc -mthumb -std=gnu99 -nostartfiles "
                    "--specs=nano.specs -T device.ld " +
                    core.optimize + " -mcpu=" + core.cpu + " -o app.elf start.c run.c" + sources_ +
                    " && timeout 120 qemu-system-arm -M " + core.machine +
                    " -nographic -semihosting -kernel app.elf",
                output);
            INFO(core.cpu << " " << core.optimize << "\n" << output);
            CHECK(code == 0);
            CHECK(output.find("all passed") != std::string::npos);
        }
    }

  private:
    testing::TemporaryFolder folder_;
    int count_ = 0;
    std::string includes_, runs_, calls_, sources_;
};

bool can_run() {
    std::string ignored;
    if (testing::run_command("command -v arm-none-eabi-gcc && command -v qemu-system-arm && echo "
                             "'#include <string.h>' | arm-none-eabi-gcc -E - >/dev/null",
                             ignored) == 0) {
        return true;
    }
    testing::skip(
        "gcc-arm-none-eabi, libnewlib-arm-none-eabi and qemu-system-arm are not installed");
    return false;
}

const std::vector<Core> kBoards = {
    {"cortex-m0plus", "mps2-an385", "-O2"}, {"cortex-m0plus", "mps2-an385", "-Os"},
    {"cortex-m3", "mps2-an385", "-O2"},     {"cortex-m4", "mps2-an386", "-O2"},
    {"cortex-m4", "mps2-an386", "-Os"},     {"cortex-m7", "mps2-an500", "-O3"}};
constexpr std::uint64_t kSeed = 424242;

}  // namespace

TEST_CASE("the device's own kernels give the oracle's bytes") {
    if (!can_run()) {
        return;
    }
    INFO("seed " << kSeed);
    Program program;
    // Channels of every remainder by four, input of one channel, odd sides, wild numbers; last, one
    // channel behind one.
    for (std::int64_t i = 0; i < 13; ++i) {
        Rng rng(derive_seed(kSeed, "device", i));
        const space::CellSpace cells{{6 + i, 19 - i, i % 2 * 2 + 1}, 2 + i};
        const auto network = testing::random_network(
            cells, i < 12 ? space::Candidate{1 + i, i % 4} : space::Candidate{1, 2}, rng,
            i % 3 == 2);
        program.add(network, testing::RandomImages(cells.input, 3, rng));
    }
    program.check(kBoards);
}

TEST_CASE("the device's kernels of graphs give the oracle's bytes") {
    if (!can_run()) {
        return;
    }
    INFO("seed " << kSeed);
    Program program;
    for (std::uint64_t i = 0; i < 24; ++i) {
        Rng rng(derive_seed(kSeed, "graphs", i));
        const auto network = testing::random_graph(rng, i % 3 == 2);
        program.add(network, testing::RandomImages(network.network.input, 3, rng));
    }
    Rng rng(derive_seed(kSeed, "deep"));
    const auto deep = testing::deep_graph(rng);
    program.add(deep, testing::RandomImages(deep.network.input, 6, rng));
    program.check(kBoards);
}
