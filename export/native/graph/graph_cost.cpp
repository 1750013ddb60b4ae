#include "export/native/graph/graph_cost.hpp"

#include <algorithm>

namespace nanonas::exporting {

namespace {

// sizeof(ring_t), stage_t and network_t with its pointer.
constexpr std::int64_t kRingBytes = 20;
constexpr std::int64_t kStageBytes = 64;
constexpr std::int64_t kNetworkBytes = 52;

constexpr std::int64_t kSumBytes = 4, kPlaceBytes = 4, kSpreadBytes = 2;

}  // namespace

std::vector<space::CostItem> graph_ram(const GraphPlan& plan) {
    return {{"rows of maps", plan.rows_bytes - plan.padding_bytes},
            {"row of padding", plan.padding_bytes},
            {"spread columns", kSpreadBytes * plan.spread},
            {"sums", kSumBytes * plan.sums},
            {"row counters and places", plan.counters_bytes() + kPlaceBytes * plan.places}};
}

std::vector<space::CostItem> graph_tables_flash(const GraphPlan& plan) {
    std::vector<space::CostItem> items;
    for (const GraphStage& stage : plan.stages) {
        if (stage.weight_bytes > 0) {
            items.push_back({stage.name + " weights", stage.weight_bytes});
        }
        if (stage.table_bytes > 0) {
            items.push_back({stage.name + " tables", stage.table_bytes});
        }
    }
    return items;
}

std::optional<std::int64_t> graph_instructions(const GraphPlan&, const std::string&) {
    return std::nullopt;
}

CodeBytes graph_code_bytes(const std::string&, const GraphPlan& plan) {
    return {4000, static_cast<std::int64_t>(plan.rings.size()) * kRingBytes +
                      static_cast<std::int64_t>(plan.stages.size()) * kStageBytes + kNetworkBytes};
}

std::int64_t graph_stack_bytes(const std::string& core, const GraphPlan&) {
    return stack_bytes(core);
}

}  // namespace nanonas::exporting
