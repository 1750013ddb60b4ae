#include "space/cost/native.hpp"

#include <algorithm>

#include "space/plan/streaming_plan.hpp"

namespace nanonas::space {

namespace {

// Code, measured: the largest of Cortex-M0+, M3, M4, M7 and M33 at -O2 and -Os over eleven networks
// with arm-none-eabi-gcc 12.2.1 (Debian 15:12.2.rel1-1) and newlib-nano 3.3.0,
//   arm-none-eabi-gcc -mcpu=CORE -mthumb -O2 -std=c99 -ffunction-sections -fdata-sections
//     -Wl,--gc-sections -nostartfiles --specs=nano.specs app.c model.c
// where app.c predicts the frame of model_input() and takes the top class; .text + .rodata less
// those of an empty app.c and less the tables below. Includes memset and the 64-bit multiply that
// M0+ takes from libgcc, and a dozen bytes for the application's side. Cortex-M4 -O2: 2,059 and
// 1,028.
constexpr std::int64_t kPooledAndPlainCodeBytes = 2150;
constexpr std::int64_t kPlainCodeBytes = 1240;
// sizeof(stage_t) in the emitted C on a 32-bit core.
constexpr std::int64_t kStageBytes = 44;

/// Each table starts at a multiple of 4.
std::int64_t aligned(std::int64_t bytes) {
    return (bytes + 3) / 4 * 4;
}

struct Tables {
    std::int64_t requantization = 0;  ///< an int32 multiplier and an int8 shift per output channel
    std::int64_t alignment = 0;

    void add(std::int64_t weights, std::int64_t outputs) {
        requantization += 5 * outputs;
        alignment += aligned(weights) - weights + aligned(outputs) - outputs;
    }
};

Tables tables_of(const StreamingPlan& plan) {
    Tables tables;
    constexpr std::int64_t kTaps = StreamingPlan::kKernel * StreamingPlan::kKernel;
    for (const StreamingStage& stage : plan.stages) {
        tables.add(kTaps * stage.input.channels * stage.output.channels, stage.output.channels);
    }
    tables.add(plan.stages.back().output.channels * plan.classes, plan.classes);
    return tables;
}

std::int64_t sum(const std::vector<CostItem>& items) {
    std::int64_t bytes = 0;
    for (const CostItem& item : items) {
        bytes += item.bytes;
    }
    return bytes;
}

}  // namespace

std::string NativeCostModel::basis() const {
    return "RAM: the static arena of the generated C with its frame buffer, exact, without the "
           "stack; flash: tables exact, code as linked with arm-none-eabi-gcc 12.2, the largest of "
           "Cortex-M0+ to M33";
}

CostReport NativeCostModel::cost(const Network& network) const {
    const StreamingPlan plan = plan_streaming(network);
    CostReport report = layer_costs(network);
    report.runtime = name();

    for (const StreamingStage& stage : plan.stages) {
        report.ram_items.push_back({stage.name + " line buffer", stage.line_bytes});
    }
    report.ram_items.push_back({"row counters", plan.counters_bytes});
    report.ram_items.push_back({plan.average + " sums", plan.sums_bytes});
    report.ram_items.push_back({"input frame", plan.frame_bytes});
    report.ram_items.push_back({"alignment", plan.arena_bytes - sum(report.ram_items)});
    report.ram_bytes = plan.arena_bytes;

    const Tables tables = tables_of(plan);
    const bool pooled = std::any_of(plan.stages.begin(), plan.stages.end(),
                                    [](const StreamingStage& stage) { return stage.pool; });
    report.flash_items = {
        {"weights and biases", report.weight_bytes},
        {"requantization tables", tables.requantization},
        {"stage table", static_cast<std::int64_t>(plan.stages.size()) * kStageBytes},
        {"alignment", tables.alignment},
        {"code", pooled ? kPooledAndPlainCodeBytes : kPlainCodeBytes},
    };
    report.flash_bytes = sum(report.flash_items);
    return report;
}

}  // namespace nanonas::space
