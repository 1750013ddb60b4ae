#include "export/native/graph/graph_cost.hpp"

#include <algorithm>
#include <array>

#include "space/core.hpp"

namespace nanonas::exporting {

namespace {

using space::CoreId;

// Measured as in code_sizes.cpp, with arm-none-eabi-gcc 12.2.1 -O2: the code does not depend on the
// network's numbers, and each kernel is a function of its own. `base`: the entry points and what
// finds and pads rows, requantization, memcpy and memset; a kernel: its functions, with what of
// libgcc it needs. The larger of networks whose sums can be doubled (GraphNumbers::quick) and
// others, whose convolutions take up to 2000 bytes less with the DSP extension. Stack: of all
// kernels, at -O1, -O2, -O3 and -Os.
struct KernelSizes {
    CoreId id;
    std::int64_t base_bytes;
    std::array<std::int64_t, kGraphKernels.size()> kernel_bytes;  ///< in the order of GraphKernel
    std::int64_t stack_bytes;
};
constexpr KernelSizes kSizes[] = {
    {CoreId::kCortexM0,
     1520,
     {1204, 436, 456, 684, 272, 220, 264, 240, 320, 396, 76, 128, 1124},
     344},
    {CoreId::kCortexM0Plus,
     1520,
     {1204, 436, 456, 684, 272, 220, 264, 240, 320, 396, 76, 128, 1124},
     344},
    {CoreId::kCortexM23,
     1516,
     {1204, 436, 456, 684, 276, 216, 260, 236, 328, 392, 76, 124, 1136},
     344},
    {CoreId::kCortexM3,
     1436,
     {1284, 464, 500, 484, 400, 252, 340, 204, 284, 356, 84, 152, 828},
     304},
    {CoreId::kCortexM4,
     1712,
     {1520, 1032, 1268, 632, 660, 296, 304, 232, 280, 344, 84, 144, 816},
     304},
    {CoreId::kCortexM7,
     1700,
     {1532, 1048, 1272, 628, 648, 296, 308, 232, 272, 336, 84, 132, 848},
     304},
    {CoreId::kCortexM33,
     1636,
     {1552, 1040, 1268, 636, 652, 292, 312, 232, 284, 344, 84, 152, 828},
     304},
    {CoreId::kCortexM55,
     1656,
     {1556, 1068, 1268, 632, 660, 292, 312, 248, 292, 356, 84, 152, 832},
     304},
};
/// A branch of the switch over all kernels.
constexpr std::int64_t kBranchBytes = 8;
/// What compilers lay out otherwise beside other kernels.
constexpr std::int64_t kSpareBytes = 32;

std::int64_t code_of(const KernelSizes& sizes, const GraphPlan& plan) {
    std::int64_t code = sizes.base_bytes + kSpareBytes;
    for (const GraphKernel kernel : kGraphKernels) {
        if (plan.has(kernel)) {
            code += sizes.kernel_bytes[static_cast<std::size_t>(kernel)] + kBranchBytes;
        }
    }
    return code;
}

const KernelSizes* sizes_on(const std::string& core) {
    return space::find_row(kSizes, space::find_core(core));
}

// sizeof(ring_t), stage_t and network_t with its pointer.
constexpr std::int64_t kRingBytes = 20;
constexpr std::int64_t kStageBytes = 68;
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

CodeBytes graph_code_bytes(const std::string& core, const GraphPlan& plan) {
    CodeBytes bytes{0, static_cast<std::int64_t>(plan.rings.size()) * kRingBytes +
                           static_cast<std::int64_t>(plan.stages.size()) * kStageBytes +
                           kNetworkBytes};
    if (const KernelSizes* found = sizes_on(core)) {
        bytes.code = code_of(*found, plan);
        return bytes;
    }
    for (const KernelSizes& row : kSizes) {
        bytes.code = std::max(bytes.code, code_of(row, plan));
    }
    return bytes;
}

std::int64_t graph_stack_bytes(const std::string& core) {
    if (const KernelSizes* found = sizes_on(core)) {
        return found->stack_bytes;
    }
    std::int64_t most = 0;
    for (const KernelSizes& row : kSizes) {
        most = std::max(most, row.stack_bytes);
    }
    return most;
}

}  // namespace nanonas::exporting
