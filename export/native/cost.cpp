#include "export/native/cost.hpp"

#include "export/native/code_sizes.hpp"
#include "export/native/graph/graph_cost.hpp"
#include "export/native/latency.hpp"
#include "export/native/op/ops.hpp"
#include "export/native/streaming_plan.hpp"
#include "space/passes/passes.hpp"

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

struct NativeCostModel::Parts {
    std::vector<space::CostItem> ram;  ///< of the arena, without the frame
    std::vector<space::CostItem> flash;
    space::Shape input;
    std::int64_t rows_arena_bytes = 0, arena_bytes = 0, frame_bytes = 0, stack_bytes = 0;
    CodeBytes code;
    std::optional<std::int64_t> instructions;
};

NativeCostModel::Parts NativeCostModel::parts_of(const space::Network& network) const {
    Parts parts;
    if (form_ == Form::kTrained && streams_as_chain(network)) {
        const StreamingPlan plan = plan_streaming(network);
        for (const StreamingStage& stage : plan.stages) {
            parts.ram.push_back({stage.name + " line buffer", stage.line_bytes});
        }
        parts.ram.push_back({"row counters", plan.counters_bytes});
        parts.ram.push_back({plan.average + " sums", plan.sums_bytes});
        parts.input = plan.input;
        parts.rows_arena_bytes = plan.rows_arena_bytes;
        parts.arena_bytes = plan.arena_bytes;
        parts.frame_bytes = plan.frame_bytes;
        parts.stack_bytes = exporting::stack_bytes(device_.core, plan);
        parts.code = code_bytes(device_.core, plan);
        NativeBill bill{plan};
        for (const space::Node& node : plan.nodes) {
            native_op(node).charge(bill, node);
        }
        parts.flash = std::move(bill.flash);
        parts.instructions = native_instructions(plan, device_.core);
        return parts;
    }
    space::Network lowered = network;
    if (form_ == Form::kTrained) {
        space::lower(lowered);
    }
    const GraphPlan plan = plan_graph(lowered);
    parts.ram = graph_ram(plan);
    parts.flash = graph_tables_flash(plan);
    parts.input = plan.input;
    parts.rows_arena_bytes = plan.rows_arena_bytes;
    parts.arena_bytes = plan.arena_bytes;
    parts.frame_bytes = plan.input.elements();
    parts.stack_bytes = graph_stack_bytes(device_.core);
    parts.code = graph_code_bytes(device_.core, plan);
    parts.instructions = graph_instructions(plan, device_.core);
    return parts;
}

space::CostReport NativeCostModel::cost(const space::Network& network) const {
    Parts parts = parts_of(network);
    space::CostReport report = space::layer_costs(network);
    report.runtime = name();

    report.ram_items = std::move(parts.ram);
    const bool frame = entry_ == Entry::kFrame;
    if (frame) {
        report.ram_items.push_back({"input frame", parts.frame_bytes});
    }
    report.ram_items.push_back({"alignment", (frame ? parts.arena_bytes : parts.rows_arena_bytes) -
                                                 sum(report.ram_items)});
    if (!frame) {
        report.ram_items.push_back(
            {"input row", aligned(parts.input.width * parts.input.channels) + kPointerBytes});
    }
    report.ram_items.push_back({"stack", parts.stack_bytes});
    report.ram_items.push_back({"answer kept", start_up(device_.core).ram_bytes});
    report.ram_bytes = sum(report.ram_items);

    report.flash_items = std::move(parts.flash);
    report.flash_items.push_back({"stage table", parts.code.stage_table});
    report.flash_items.push_back({"code", parts.code.code + kCallBytes});
    report.flash_items.push_back({"vectors and start-up", start_up(device_.core).flash_bytes});
    report.flash_bytes = sum(report.flash_items);

    report.instructions = parts.instructions;
    add_latency(report, device_);
    return report;
}

}  // namespace nanonas::exporting
