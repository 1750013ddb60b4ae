// The cost model against the cross linker.
#include <catch2/catch.hpp>
#include <sstream>

#include "space/cost/native.hpp"
#include "space/files.hpp"
#include "space/plan/streaming_plan.hpp"
#include "tests/export/writers/c_program.hpp"

using namespace nanonas;

namespace {

struct Size {
    std::int64_t flash = 0;
    std::int64_t ram = 0;
};

const char* const kApplication = R"(#include "model.h"
static volatile int seen;
void entry(void)
{
    int8_t scores[MODEL_CLASSES];
#ifdef MODEL_ROWS_ONLY
    model_begin();
    model_push_row((const uint8_t *)0x20000000);
    (void)model_finish(scores);
#else
    model_predict(model_input(), scores);
#endif
    seen = model_top_class(scores);
}
)";

// An empty entry(), at least; and the application's own variable beside the arena.
constexpr std::int64_t kEmptyBytes = 2;
constexpr std::int64_t kSeenBytes = 4;

/// Sections of the linked program: code and constants, static memory.
Size linked_size(const std::string& folder, const std::string& flags) {
    std::string output;
    const std::string link =
        "arm-none-eabi-gcc -mthumb -std=c99 -ffunction-sections -fdata-sections -Wl,--gc-sections "
        "-Wl,--entry=entry -nostartfiles --specs=nano.specs -o app.elf app.c ";
    INFO(flags);
    const int code = testing::run_command(
        "cd " + folder + " && " + link + flags + " && arm-none-eabi-size -A app.elf", output);
    INFO(output);
    REQUIRE(code == 0);
    Size size;
    std::istringstream lines(output);
    std::string line;
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        std::string section;
        std::int64_t bytes = 0;
        if (!(words >> section >> bytes)) {
            continue;
        }
        const bool constant = section.rfind(".text", 0) == 0 || section.rfind(".rodata", 0) == 0;
        const bool data = section.rfind(".data", 0) == 0;
        size.flash += constant || data ? bytes : 0;
        size.ram += data || section.rfind(".bss", 0) == 0 ? bytes : 0;
    }
    return size;
}

}  // namespace

TEST_CASE("flash and RAM are those of the linked program, never under") {
    std::string ignored;
    if (testing::run_command("command -v arm-none-eabi-gcc arm-none-eabi-size && echo "
                             "'#include <string.h>' | arm-none-eabi-gcc -E - >/dev/null",
                             ignored) != 0) {
        WARN("gcc-arm-none-eabi and libnewlib-arm-none-eabi are not installed");
        return;
    }
    struct Case {
        space::CellSpace cells;
        space::Candidate candidate;
    };
    Rng rng(11);
    for (const Case& item : {Case{{{50, 50, 3}, 2}, {3, 3}},
                             {{{32, 32, 3}, 10}, {14, 4}},
                             {{{28, 28, 1}, 10}, {5, 2}},
                             {{{28, 28, 1}, 10}, {4, 0}},
                             {{{1, 1, 3}, 2}, {1, 0}}}) {
        const testing::TemporaryFolder folder;
        const auto network = testing::random_network(item.cells, item.candidate, rng);
        const testing::RandomImages images(item.cells.input, 1, rng);
        testing::write_c_source(network, images.view(), folder.path(), {"model", 1});
        write_file(folder.path() + "/app.c", kApplication);
        const space::CostReport cost = space::NativeCostModel().cost(network.source);
        for (const std::string target :
             {"cortex-m0plus -O2", "cortex-m4 -O2", "cortex-m33 -O2", "cortex-m4 -Os"}) {
            const std::string flags = "-mcpu=" + target;
            const Size full = linked_size(folder.path(), flags + " model.c");
            const std::int64_t flash = full.flash - kEmptyBytes;
            INFO(to_string(item.candidate)
                 << " on " << to_string(item.cells.input) << " " << flags << ": " << flash
                 << " linked, " << cost.flash_bytes << " estimated");
            CHECK(cost.flash_bytes >= flash);
            if (item.candidate.c > 0 && target.find("-O2") != std::string::npos) {
                CHECK(cost.flash_bytes * 100 <= flash * 104);
            }
            CHECK(full.ram - kSeenBytes == cost.ram_bytes);
        }
        const Size rows =
            linked_size(folder.path(), "-mcpu=cortex-m4 -O2 -DMODEL_ROWS_ONLY model.c");
        CHECK(rows.ram - kSeenBytes == space::plan_streaming(network.source).rows_arena_bytes);
    }
}
