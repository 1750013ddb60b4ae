// What the generated C of a graph takes: flash of its code on each core, stack, instructions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "export/native/code_sizes.hpp"
#include "export/native/graph/graph_plan.hpp"
#include "space/cost.hpp"

namespace nanonas::exporting {

/// Flash of the code that is emitted for the plan; of the largest of all cores for one that was not
/// measured.
CodeBytes graph_code_bytes(const std::string& core, const GraphPlan& plan);

/// What of the arena is what, without the frame, and the tables in flash.
std::vector<space::CostItem> graph_ram(const GraphPlan& plan);
std::vector<space::CostItem> graph_tables_flash(const GraphPlan& plan);

/// Instructions of one inference; nothing for a core that was not measured.
std::optional<std::int64_t> graph_instructions(const GraphPlan& plan, const std::string& core);

/// Worst stack of its functions; the largest of all cores for one that was not measured.
std::int64_t graph_stack_bytes(const std::string& core = {});

}  // namespace nanonas::exporting
