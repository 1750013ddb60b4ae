#include "export/native/graph/graph_cost.hpp"

#include <algorithm>
#include <array>

#include "space/core.hpp"

namespace nanonas::exporting {

namespace {

using space::CoreId;

// Measured as in code_sizes.cpp, with arm-none-eabi-gcc 12.2.1 -O2: the code does not depend on the
// network's numbers, and each kernel is a function of its own. `base`: the entry points and what
// finds and pads rows, memcpy and memset; a kernel: what it adds to firmware with a convolution
// alone, with what of libgcc it needs. The larger of networks whose sums can be doubled
// (GraphNumbers::quick) and others. Stack: of all kernels, at -O1, -O2, -O3 and -Os.
struct KernelSizes {
    CoreId id;
    std::int64_t base_bytes;
    std::array<std::int64_t, kGraphKernels.size()> kernel_bytes;  ///< in the order of GraphKernel
    std::int64_t stack_bytes;
};
constexpr KernelSizes kSizes[] = {
    {CoreId::kCortexM0, 1236, {1284, 408, 684, 308, 232, 276, 280, 320, 396, 76, 128, 1124}, 320},
    {CoreId::kCortexM0Plus,
     1236,
     {1284, 408, 684, 308, 232, 276, 280, 320, 396, 76, 128, 1124},
     320},
    {CoreId::kCortexM23, 1220, {1292, 408, 684, 312, 228, 272, 280, 328, 392, 76, 124, 1136}, 320},
    {CoreId::kCortexM3, 1312, {992, 400, 484, 348, 236, 308, 252, 284, 348, 84, 152, 828}, 256},
    {CoreId::kCortexM4, 1396, {1060, 972, 632, 312, 232, 264, 364, 280, 340, 84, 144, 816}, 272},
    {CoreId::kCortexM7, 1396, {1052, 972, 628, 308, 224, 260, 368, 272, 336, 84, 132, 848}, 272},
    {CoreId::kCortexM33, 1320, {1064, 976, 636, 352, 232, 268, 360, 284, 340, 84, 152, 828}, 264},
    {CoreId::kCortexM55, 1320, {1092, 972, 632, 348, 228, 264, 380, 292, 356, 84, 152, 832}, 264},
};
/// A branch of the switch over all kernels.
constexpr std::int64_t kBranchBytes = 8;
/// Requantization, measured as a part of a convolution, where there is none; and what compilers lay
/// out otherwise beside other kernels.
constexpr std::int64_t kScalingBytes = 112, kSpareBytes = 32;

std::int64_t code_of(const KernelSizes& sizes, const GraphPlan& plan) {
    std::int64_t code =
        sizes.base_bytes + kSpareBytes + (plan.has(GraphKernel::kConv) ? 0 : kScalingBytes);
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
