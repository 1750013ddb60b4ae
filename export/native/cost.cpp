#include "export/native/cost.hpp"

#include "export/native/code_sizes.hpp"
#include "export/native/latency.hpp"
#include "export/native/op/ops.hpp"
#include "export/native/streaming_plan.hpp"

namespace nanonas::exporting {

namespace {

// What firmware itself takes to call it: input, prediction, top class. export/device/link.hpp
// weighs the same.
constexpr std::int64_t kCallBytes = 20;
// The answer that it keeps.
constexpr std::int64_t kAnswerBytes = 4;

/// Rows of pixels are whole words.
std::int64_t aligned(std::int64_t bytes) {
    return (bytes + 3) / 4 * 4;
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
        has_code_sizes(device_.core) ? device_.core : "the largest of Cortex-M0 to M55";
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
    return exporting::stack_bytes(core);
}

NativeCostModel::StartUp NativeCostModel::start_up(const std::string& core) {
    return {start_up_bytes(core), kAnswerBytes};
}

space::CostReport NativeCostModel::cost(const space::Network& network) const {
    const StreamingPlan plan = plan_streaming(network);
    space::CostReport report = space::layer_costs(network);
    report.runtime = name();

    for (const StreamingStage& stage : plan.stages) {
        report.ram_items.push_back({stage.name + " line buffer", stage.line_bytes});
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
    report.ram_items.push_back({"stack", exporting::stack_bytes(device_.core, plan)});
    report.ram_items.push_back({"answer kept", start_up(device_.core).ram_bytes});
    report.ram_bytes = sum(report.ram_items);

    const CodeBytes code = code_bytes(device_.core, plan);
    NativeBill bill{plan};
    for (const space::Node& node : plan.nodes) {
        native_op(node).charge(bill, node);
    }
    report.flash_items = std::move(bill.flash);
    report.flash_items.push_back({"stage table", code.stage_table});
    report.flash_items.push_back({"code", code.code + kCallBytes});
    report.flash_items.push_back({"vectors and start-up", start_up(device_.core).flash_bytes});
    report.flash_bytes = sum(report.flash_items);

    report.instructions = native_instructions(plan, device_.core);
    add_latency(report, device_);
    return report;
}

}  // namespace nanonas::exporting
