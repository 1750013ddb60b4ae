// The cost model against the cross linker and the compiler's own account of stack.
#include <catch2/catch.hpp>
#include <sstream>

#include "export/native/cost.hpp"
#include "export/native/native_model.hpp"
#include "export/native/streaming_plan.hpp"
#include "space/files.hpp"
#include "tests/export/native/c_program.hpp"
#include "tests/export/native/call_stack.hpp"
#include "tests/export/random_graph.hpp"
#include "tests/support/draw.hpp"
#include "tests/support/skip.hpp"

using namespace nanonas;
using testing::draw;

namespace {

constexpr std::uint64_t kSeed = 20240611;
const std::string kCores[] = {"cortex-m0", "cortex-m0plus", "cortex-m23", "cortex-m3",
                              "cortex-m4", "cortex-m7",     "cortex-m33", "cortex-m55"};

struct Size {
    std::int64_t flash = 0;
    std::int64_t ram = 0;
};

const char* const kApplication = R"(#include "model.h"
static volatile int seen;
void entry(void);
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

bool cross_compiler() {
    std::string ignored;
    if (testing::run_command("command -v arm-none-eabi-gcc arm-none-eabi-size && echo "
                             "'#include <string.h>' | arm-none-eabi-gcc -E - >/dev/null",
                             ignored) == 0) {
        return true;
    }
    testing::skip("gcc-arm-none-eabi and libnewlib-arm-none-eabi are not installed");
    return false;
}

/// Code and constants, and static memory, of what `arm-none-eabi-size -A` printed.
Size sections(const std::string& printed) {
    Size size;
    std::istringstream lines(printed);
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

/// What the network adds to the program: the linked sections less those of the application.
Size linked_size(const std::string& folder, const std::string& flags) {
    const std::string compile =
        "arm-none-eabi-gcc -mthumb -std=c99 -ffunction-sections -fdata-sections " + flags + " ";
    std::string whole, own;
    INFO(flags);
    const int linked = testing::run_command(
        "cd " + folder + " && " + compile +
            "-Wl,--gc-sections -Wl,--entry=entry -nostartfiles --specs=nano.specs -o app.elf app.c "
            "model.c && arm-none-eabi-size -A app.elf",
        whole);
    const int compiled = testing::run_command(
        "cd " + folder + " && " + compile + "-c -o app.o app.c && arm-none-eabi-size -A app.o",
        own);
    INFO(whole << own);
    REQUIRE(linked == 0);
    REQUIRE(compiled == 0);
    const Size all = sections(whole), app = sections(own);
    return {all.flash - app.flash, all.ram - app.ram};
}

struct Case {
    space::CellSpace cells;
    space::Candidate candidate;
};

std::vector<Case> cases_of(int drawn) {
    std::vector<Case> cases{{{{50, 50, 3}, 2}, {3, 3}},  {{{32, 32, 3}, 10}, {14, 4}},
                            {{{28, 28, 1}, 10}, {4, 0}}, {{{1, 1, 3}, 2}, {1, 0}},
                            {{{2, 2, 1}, 2}, {1, 1}},    {{{28, 28, 1}, 10}, {4, 2}},
                            {{{28, 28, 1}, 10}, {5, 2}}};
    Rng rng(derive_seed(kSeed, "cases"));
    for (int i = 0; i < drawn; ++i) {
        const space::CellSpace cells{{draw(rng, 1, 64), draw(rng, 1, 64), draw(rng, 0, 1) * 2 + 1},
                                     draw(rng, 2, 100)};
        const std::int64_t deepest = std::min<std::int64_t>(cells.deepest(), 5);
        cases.push_back({cells, {draw(rng, 1, 12), draw(rng, 0, deepest)}});
    }
    return cases;
}

void write_application(const Case& item, Rng& rng, const std::string& folder, bool wild) {
    const auto network = testing::random_network(item.cells, item.candidate, rng, wild);
    const testing::RandomImages images(item.cells.input, 1, rng);
    testing::write_c_source(network, images.view(), folder, {"model", 1});
    write_file(folder + "/app.c", kApplication);
}

/// With the worst stack of each way to optimize, `ram_bytes` keep to what is told.
void check_stacks(const std::string& folder, const std::string& core, std::int64_t ram_bytes,
                  std::int64_t told) {
    for (const char* optimize : {"-O1", "-O2", "-O3", "-Os"}) {
        std::string output;
        REQUIRE(testing::run_command("cd " + folder + " && arm-none-eabi-gcc -mthumb -std=c99 " +
                                         optimize + " -mcpu=" + core +
                                         " -fcallgraph-info=su -c -o model.o model.c",
                                     output) == 0);
        const testing::CallStack stack(read_file(folder + "/model.ci"));
        INFO(optimize);
        CHECK(ram_bytes + stack.worst("model_predict") <= told);
    }
}

}  // namespace

TEST_CASE("flash before training is that of the linked program, at most a few bytes over") {
    if (!cross_compiler()) {
        return;
    }
    INFO("seed " << kSeed);
    Rng rng(kSeed);
    for (const Case& item : cases_of(5)) {
        const testing::TemporaryFolder folder;
        write_application(item, rng, folder.path(), false);
        const space::Network network = item.cells.build(item.candidate);
        const space::CostReport largest = exporting::NativeCostModel().cost(network);
        for (const std::string& core : kCores) {
            const space::CostReport cost = exporting::NativeCostModel({core}).cost(network);
            const Size size = linked_size(folder.path(), "-O2 -mcpu=" + core);
            INFO(to_string(item.candidate)
                 << " on " << to_string(item.cells.input) << ", " << item.cells.classes
                 << " classes, " << core << ": " << size.flash << " linked, " << cost.flash_bytes
                 << " estimated");
            // The model has the application's calls too, and padding behind the last table.
            const exporting::NativeCostModel::StartUp start =
                exporting::NativeCostModel::start_up(core);
            CHECK(cost.flash_bytes >= size.flash + start.flash_bytes + 20);
            CHECK(cost.flash_bytes <= size.flash + start.flash_bytes + 27);
            CHECK(largest.flash_bytes >= cost.flash_bytes);
            CHECK(cost.ram_bytes ==
                  size.ram + exporting::NativeCostModel::stack_bytes(core) + start.ram_bytes);
        }
    }
}

namespace {

void write_windows(const space::Network& network, Rng& rng, const std::string& folder, bool wild) {
    const auto quantized = testing::random_int8(network, rng, wild);
    const testing::RandomImages images(network.input, 1, rng);
    testing::write_c_source(quantized, images.view(), folder, {"model", 1});
    write_file(folder + "/app.c", kApplication);
}

}  // namespace

TEST_CASE("flash and RAM of networks of any window cover the linked program, as the plan says") {
    if (!cross_compiler()) {
        return;
    }
    INFO("seed " << kSeed);
    for (int i = 0; i < 6; ++i) {
        Rng rng(derive_seed(kSeed, "windows", static_cast<std::uint64_t>(i)));
        const testing::TemporaryFolder folder;
        const space::Network network = testing::random_windows(rng, i % 2 == 0);
        write_windows(network, rng, folder.path(), i % 3 == 0);
        for (const std::string& core : kCores) {
            const space::CostReport cost = exporting::NativeCostModel({core}).cost(network);
            const Size size = linked_size(folder.path(), "-O2 -mcpu=" + core);
            const exporting::NativeCostModel::StartUp start =
                exporting::NativeCostModel::start_up(core);
            INFO("network " << i << " on " << core);
            CHECK(cost.flash_bytes >= size.flash + start.flash_bytes + 20);
            // Numbers that the quantizer avoids need more or less code, others less by 80.
            const std::int64_t spare = i % 3 == 0 ? 800 : 107;
            CHECK(cost.flash_bytes <= size.flash + start.flash_bytes + spare);
            check_stacks(folder.path(), core, size.ram + start.ram_bytes, cost.ram_bytes);
        }
    }
}

TEST_CASE("flash, RAM and stack of graphs cover the linked program") {
    if (!cross_compiler()) {
        return;
    }
    INFO("seed " << kSeed);
    for (int i = 0; i < 6; ++i) {
        Rng rng(derive_seed(kSeed, "graphs", static_cast<std::uint64_t>(i)));
        const auto quantized = testing::random_graph(rng, i % 3 == 0);
        const testing::TemporaryFolder folder;
        const testing::RandomImages images(quantized.network.input, 1, rng);
        testing::write_c_source(quantized, images.view(), folder.path(), {"model", 1});
        write_file(folder.path() + "/app.c", kApplication);
        for (const std::string& core : kCores) {
            const space::CostReport cost =
                exporting::native_cost_model(quantized, {core}, false)->cost(quantized.network);
            const Size size = linked_size(folder.path(), "-O2 -mcpu=" + core);
            const exporting::NativeCostModel::StartUp start =
                exporting::NativeCostModel::start_up(core);
            INFO("graph " << i << " on " << core << ": " << size.flash + start.flash_bytes
                          << " linked, " << cost.flash_bytes << " estimated");
            CHECK(cost.flash_bytes >= size.flash + start.flash_bytes + 20);
            // What only one kernel of several needs of libgcc is in each; numbers that the
            // quantizer avoids have no kernels of the DSP extension.
            const std::int64_t spare = i % 3 == 0 ? 2400 : 800;
            CHECK(cost.flash_bytes <= size.flash + start.flash_bytes + spare);
            check_stacks(folder.path(), core, size.ram + start.ram_bytes, cost.ram_bytes);
        }
    }
}

TEST_CASE("code for size and code for numbers the quantizer avoids are not larger") {
    if (!cross_compiler()) {
        return;
    }
    INFO("seed " << kSeed);
    Rng rng(kSeed + 1);
    for (const Case& item : cases_of(0)) {
        for (const bool wild : {false, true}) {
            const testing::TemporaryFolder folder;
            write_application(item, rng, folder.path(), wild);
            const space::Network network = item.cells.build(item.candidate);
            for (const std::string core : {"cortex-m0plus", "cortex-m4"}) {
                const std::string flags = (wild ? "-O2 -mcpu=" : "-Os -mcpu=") + core;
                const Size size = linked_size(folder.path(), flags);
                INFO(to_string(item.candidate) << " " << flags);
                CHECK(exporting::NativeCostModel({core}).cost(network).flash_bytes >= size.flash);
            }
            const Size rows = linked_size(folder.path(), "-mcpu=cortex-m4 -Os -DMODEL_ROWS_ONLY");
            CHECK(rows.ram == exporting::plan_streaming(network).rows_arena_bytes);
        }
    }
}

TEST_CASE("no chain of calls takes more stack than the model says") {
    if (!cross_compiler()) {
        return;
    }
    Rng rng(kSeed + 2);
    for (const auto& [channels, c] : {std::pair{3, 0}, {3, 3}, {1, 3}}) {
        for (const bool wild : {false, true}) {
            const testing::TemporaryFolder folder;
            write_application({{{24, 24, channels}, 5}, {3, c}}, rng, folder.path(), wild);
            for (const std::string& core : kCores) {
                for (const char* optimize : {"-O1", "-O2", "-O3", "-Os"}) {
                    std::string output;
                    INFO(core << " " << optimize << ", " << channels << " channels, c = " << c
                              << (wild ? ", wild" : ""));
                    REQUIRE(testing::run_command("cd " + folder.path() +
                                                     " && arm-none-eabi-gcc -mthumb -std=c99 " +
                                                     optimize + " -mcpu=" + core +
                                                     " -fcallgraph-info=su -c -o model.o model.c",
                                                 output) == 0);
                    const testing::CallStack stack(read_file(folder.path() + "/model.ci"));
                    const std::int64_t worst = stack.worst("model_predict");
                    CHECK(worst >= stack.worst("model_push_row"));
                    CHECK(worst > 100);
                    CHECK(worst <= exporting::NativeCostModel::stack_bytes(core));
                }
            }
        }
    }
}
