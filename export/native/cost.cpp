#include "export/native/cost.hpp"

#include <algorithm>

#include "export/native/latency.hpp"
#include "export/native/streaming_plan.hpp"

namespace nanonas::exporting {

namespace {

// Code and stack, measured with arm-none-eabi-gcc 12.2.1 (Debian 15:12.2.rel1-1) and newlib-nano
// 3.3.0: the code does not depend on the network's numbers, so it is the same for all networks.
//   arm-none-eabi-gcc -mcpu=CORE -mthumb -O2 -std=c99 -ffunction-sections -fdata-sections
//     -Wl,--gc-sections -nostartfiles --specs=nano.specs app.c model.c
// where app.c predicts the frame of model_input() and takes the top class; .text + .rodata less
// those of app.c and less the tables below; the 64-bit multiply that small cores take from libgcc
// is inside. -Os makes less. Networks outside of what the quantizer makes (c_numbers.hpp) need
// less. Stack: the largest sum along a chain of calls (-fcallgraph-info=su) at -O1, -O2, -O3 and
// -Os. tests/export/native/device_size_test.cpp links and adds up again. Start-up: the firmware of
// export/device/programs.cpp without a network.
struct CoreCode {
    const char* core;
    std::int64_t plain_bytes;   ///< for networks without a pool
    std::int64_t pooled_bytes;  ///< for others, without the kernels below
    bool dsp;                   ///< has a kernel for each depth under a pool, a pointer per stage
    std::int64_t stack_bytes;
    std::int64_t start_up_bytes;  ///< the core's vectors, clearing .bss, the loop that calls
};
constexpr CoreCode kCores[] = {
    {"cortex-m0", 2288, 3924, false, 264, 172},  {"cortex-m0plus", 2288, 3924, false, 264, 172},
    {"cortex-m23", 2284, 3956, false, 264, 184}, {"cortex-m3", 1832, 2436, false, 264, 176},
    {"cortex-m4", 1820, 2372, true, 256, 172},   {"cortex-m7", 1820, 2356, true, 256, 176},
    {"cortex-m33", 1820, 2364, true, 256, 176},  {"cortex-m55", 1936, 2476, true, 256, 188},
};

// What firmware itself takes to call it: input, prediction, top class. export/device/link.hpp
// weighs the same.
constexpr std::int64_t kCallBytes = 20;
// The answer that it keeps.
constexpr std::int64_t kAnswerBytes = 4;
// sizeof(stage_t), and of network_t with its pointer, in the emitted C on a 32-bit core.
constexpr std::int64_t kStageBytes = 44;
constexpr std::int64_t kNetworkBytes = 72;
constexpr std::int64_t kPointerBytes = 4;

/// Each table starts at a multiple of 4.
std::int64_t aligned(std::int64_t bytes) {
    return (bytes + 3) / 4 * 4;
}

/// An int32 bias, an int32 multiplier and an int8 shift per output channel.
std::int64_t channel_tables(std::int64_t outputs) {
    return 8 * outputs + aligned(outputs);
}

/// The same with a factor of 8 bytes.
std::int64_t dense_tables(std::int64_t outputs) {
    return channel_tables(outputs) + 4 * outputs;
}

/// A block kernel of templates/block.cpp, assembly: that for one channel, or BLOCK_OF_PAIR, whose
/// size is that of its steps.
std::int64_t block_bytes(std::int64_t depth) {
    constexpr std::int64_t kOneChannel = 348, kFrame = 100, kStep = 60, kLoop = 16;
    if (depth == 1) {
        return kOneChannel;
    }
    const std::int64_t words = StreamingStage::pair_words(depth);
    return kFrame + kStep * std::min(words, StreamingPlan::kMostUnrolled) +
           (words > StreamingPlan::kMostUnrolled ? kLoop : 0);
}

/// The kernel of StreamingPlan::one_channel_last() and its call.
constexpr std::int64_t kOneChannelLastBytes = 200;

struct Code {
    std::int64_t code = 0;
    std::int64_t stage_table = 0;
};

Code code_of(const CoreCode& core, const StreamingPlan& plan) {
    const bool pooled = std::any_of(plan.stages.begin(), plan.stages.end(),
                                    [](const StreamingStage& stage) { return stage.pool; });
    const bool blocks = core.dsp && pooled;
    Code code{pooled ? core.pooled_bytes : core.plain_bytes,
              static_cast<std::int64_t>(plan.stages.size()) *
                      (kStageBytes + (blocks ? kPointerBytes : 0)) +
                  kNetworkBytes};
    if (blocks) {
        for (const std::int64_t depth : plan.block_depths()) {
            code.code += block_bytes(depth);
        }
        code.code += plan.one_channel_last() ? kOneChannelLastBytes : 0;
    }
    return code;
}

const CoreCode* find_core(const std::string& name) {
    const auto* found = std::find_if(std::begin(kCores), std::end(kCores),
                                     [&](const CoreCode& core) { return name == core.core; });
    return found == std::end(kCores) ? nullptr : found;
}

/// That of the core, or the largest of all.
Code code_on(const std::string& core, const StreamingPlan& plan) {
    if (const CoreCode* found = find_core(core)) {
        return code_of(*found, plan);
    }
    Code most;
    for (const CoreCode& row : kCores) {
        const Code code = code_of(row, plan);
        if (code.code + code.stage_table > most.code + most.stage_table) {
            most = code;
        }
    }
    return most;
}

std::int64_t sum(const std::vector<space::CostItem>& items) {
    std::int64_t bytes = 0;
    for (const space::CostItem& item : items) {
        bytes += item.bytes;
    }
    return bytes;
}

}  // namespace

std::string NativeCostModel::basis() const {
    const std::string core =
        find_core(device_.core) == nullptr ? "the largest of Cortex-M0 to M55" : device_.core;
    const std::string latency = latency_basis(device_);
    return std::string("the smallest firmware that classifies ") +
           (entry_ == Entry::kFrame ? "frames" : "rows of pixels as they come") +
           ". RAM: the static arena of the generated C " +
           (entry_ == Entry::kFrame ? "with its frame buffer"
                                    : "without a frame buffer, and one row,") +
           " exact, and the worst stack of its functions; flash: tables exact, code as linked with "
           "arm-none-eabi-gcc 12.2 -O2 for " +
           core + ", class names left out" + (latency.empty() ? "" : "; " + latency);
}

std::int64_t NativeCostModel::stack_bytes(const std::string& core) {
    if (const CoreCode* found = find_core(core)) {
        return found->stack_bytes;
    }
    std::int64_t most = 0;
    for (const CoreCode& row : kCores) {
        most = std::max(most, row.stack_bytes);
    }
    return most;
}

NativeCostModel::StartUp NativeCostModel::start_up(const std::string& core) {
    if (const CoreCode* found = find_core(core)) {
        return {found->start_up_bytes, kAnswerBytes};
    }
    std::int64_t most = 0;
    for (const CoreCode& row : kCores) {
        most = std::max(most, row.start_up_bytes);
    }
    return {most, kAnswerBytes};
}

space::CostReport NativeCostModel::cost(const space::Network& network) const {
    const StreamingPlan plan = plan_streaming(network);
    space::CostReport report = space::layer_costs(network);
    report.runtime = name();

    for (const StreamingStage& stage : plan.stages) {
        report.ram_items.push_back({stage.name + " line buffer", stage.line_bytes});
        report.flash_items.push_back(
            {stage.name + " weights", aligned(stage.weight_table_bytes())});
        report.flash_items.push_back(
            {stage.name + " tables", channel_tables(stage.output.channels)});
    }
    report.ram_items.push_back({"row counters", plan.counters_bytes});
    report.ram_items.push_back({plan.average + " sums", plan.sums_bytes});
    const bool frame = entry_ == Entry::kFrame;
    if (frame) {
        report.ram_items.push_back({"input frame", plan.frame_bytes});
    }
    report.ram_items.push_back(
        {"alignment", (frame ? plan.arena_bytes : plan.rows_arena_bytes) - sum(report.ram_items)});
    if (!frame) {
        report.ram_items.push_back(
            {"input row", aligned(plan.input.width * plan.input.channels) + kPointerBytes});
    }
    report.ram_items.push_back({"stack", stack_bytes(device_.core)});
    report.ram_items.push_back({"answer kept", start_up(device_.core).ram_bytes});
    report.ram_bytes = sum(report.ram_items);

    const Code code = code_on(device_.core, plan);
    report.flash_items.push_back(
        {plan.classifier + " weights", aligned(plan.stages.back().output.channels * plan.classes)});
    report.flash_items.push_back({plan.classifier + " tables", dense_tables(plan.classes)});
    report.flash_items.push_back({"stage table", code.stage_table});
    report.flash_items.push_back({"code", code.code + kCallBytes});
    report.flash_items.push_back({"vectors and start-up", start_up(device_.core).flash_bytes});
    report.flash_bytes = sum(report.flash_items);

    report.instructions = native_instructions(plan, device_.core);
    add_latency(report, device_);
    return report;
}

}  // namespace nanonas::exporting
