#include "space/cost/native.hpp"

#include "space/plan/streaming_plan.hpp"

namespace nanonas::space {

namespace {

// Requantization: one int32 multiplier and one int8 shift per output channel.
constexpr std::int64_t kRequantBytesPerChannel = 5;
// Upper bounds until measured by linking.
constexpr std::int64_t kCodeBytes = 2048;
constexpr std::int64_t kStageTableBytes = 48;

}  // namespace

std::string NativeCostModel::basis() const {
    return "RAM: the static arena of the generated C, frame entry, exact; flash: weights, tables "
           "and "
           "code linked for Cortex-M4 with arm-none-eabi-gcc 12.2 -O2";
}

CostReport NativeCostModel::cost(const Network& network) const {
    const StreamingPlan plan = plan_streaming(network);
    CostReport report = layer_costs(network);
    report.runtime = name();

    std::int64_t channels = plan.classes;
    for (const StreamingStage& stage : plan.stages) {
        report.ram_items.push_back({stage.name + " line buffer", stage.line_bytes});
        channels += stage.output.channels;
    }
    report.ram_items.push_back({"row counters", plan.counters_bytes});
    report.ram_items.push_back({plan.average + " sums", plan.sums_bytes});
    report.ram_items.push_back({"input frame", plan.frame_bytes});
    report.ram_items.push_back({"alignment", plan.arena_bytes - plan.lines_bytes -
                                                 plan.counters_bytes - plan.sums_bytes -
                                                 plan.frame_bytes});
    report.ram_bytes = plan.arena_bytes;

    report.flash_items = {
        {"weights and biases", report.weight_bytes},
        {"requantization tables", channels * kRequantBytesPerChannel},
        {"stage table", static_cast<std::int64_t>(plan.stages.size()) * kStageTableBytes},
        {"code", kCodeBytes},
    };
    for (const CostItem& item : report.flash_items) {
        report.flash_bytes += item.bytes;
    }
    return report;
}

}  // namespace nanonas::space
