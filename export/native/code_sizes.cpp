#include "export/native/code_sizes.hpp"

#include <algorithm>

#include "space/core.hpp"

namespace nanonas::exporting {

namespace {

using space::CoreId;

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
struct CodeSizes {
    space::CoreId id;
    std::int64_t plain_bytes;   ///< for networks without a pool
    std::int64_t pooled_bytes;  ///< for others, without the kernels below
    // With stages of any window (templates/window.cpp): the larger of networks inside and outside
    // of what the quantizer makes, which take up to 80 bytes less.
    std::int64_t window_bytes;         ///< and no others
    std::int64_t plain_window_bytes;   ///< beside 3x3 without a pool
    std::int64_t pooled_window_bytes;  ///< beside 3x3 with a pool
    std::int64_t stack_bytes;
    std::int64_t start_up_bytes;  ///< the core's vectors, clearing .bss, the loop that calls
};
constexpr CodeSizes kSizes[] = {
    {CoreId::kCortexM0, 2288, 3924, 1956, 2832, 4532, 264, 172},
    {CoreId::kCortexM0Plus, 2288, 3924, 1956, 2832, 4532, 264, 172},
    {CoreId::kCortexM23, 2284, 3956, 1960, 2844, 4500, 264, 184},
    {CoreId::kCortexM3, 1832, 2436, 1612, 2276, 2828, 264, 176},
    {CoreId::kCortexM4, 1820, 2372, 1612, 2316, 2864, 256, 172},
    {CoreId::kCortexM7, 1820, 2356, 1612, 2316, 2836, 256, 176},
    {CoreId::kCortexM33, 1820, 2364, 1612, 2264, 2844, 256, 176},
    {CoreId::kCortexM55, 1936, 2476, 1696, 2424, 2980, 256, 188},
};

/// The largest of all cores where there are stages of any window.
constexpr std::int64_t kWindowStackBytes = 264;

// sizeof(stage_t), with the members of templates/window.cpp, and of network_t with its pointer, in
// the emitted C on a 32-bit core.
constexpr std::int64_t kStageBytes = 44;
constexpr std::int64_t kWindowStageBytes = 60;
constexpr std::int64_t kNetworkBytes = 72;

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

/// Cores with the DSP extension have a kernel for each depth under a pool, a pointer per stage.
bool blocks_on(CoreId id) {
    return space::core_of(id).simd != space::Simd::kNone;
}

std::int64_t common_bytes(const CodeSizes& sizes, const StreamingPlan& plan, bool pooled) {
    if (!plan.any_window()) {
        return pooled ? sizes.pooled_bytes : sizes.plain_bytes;
    }
    return pooled              ? sizes.pooled_window_bytes
           : plan.any_square() ? sizes.plain_window_bytes
                               : sizes.window_bytes;
}

CodeBytes code_of(const CodeSizes& sizes, const StreamingPlan& plan) {
    const bool pooled = std::any_of(plan.stages.begin(), plan.stages.end(),
                                    [](const StreamingStage& stage) { return stage.pool; });
    const bool blocks = blocks_on(sizes.id) && pooled;
    CodeBytes code{common_bytes(sizes, plan, pooled),
                   static_cast<std::int64_t>(plan.stages.size()) *
                           ((plan.any_window() ? kWindowStageBytes : kStageBytes) +
                            (blocks ? kPointerBytes : 0)) +
                       kNetworkBytes};
    if (blocks) {
        for (const std::int64_t depth : plan.block_depths()) {
            code.code += block_bytes(depth);
        }
        code.code += plan.one_channel_last() ? kOneChannelLastBytes : 0;
    }
    return code;
}

const CodeSizes* sizes_on(const std::string& core) {
    return space::find_row(kSizes, space::find_core(core));
}

/// A figure of the core, or the largest of all.
template <typename Figure>
std::int64_t figure_on(const std::string& core, Figure figure) {
    if (const CodeSizes* found = sizes_on(core)) {
        return found->*figure;
    }
    std::int64_t most = 0;
    for (const CodeSizes& row : kSizes) {
        most = std::max(most, row.*figure);
    }
    return most;
}

}  // namespace

bool has_code_sizes(const std::string& core) {
    return sizes_on(core) != nullptr;
}

CodeBytes code_bytes(const std::string& core, const StreamingPlan& plan) {
    if (const CodeSizes* found = sizes_on(core)) {
        return code_of(*found, plan);
    }
    CodeBytes most;
    for (const CodeSizes& row : kSizes) {
        const CodeBytes code = code_of(row, plan);
        if (code.code + code.stage_table > most.code + most.stage_table) {
            most = code;
        }
    }
    return most;
}

std::int64_t stack_bytes(const std::string& core) {
    return figure_on(core, &CodeSizes::stack_bytes);
}

std::int64_t stack_bytes(const std::string& core, const StreamingPlan& plan) {
    return plan.any_window() ? std::max(stack_bytes(core), kWindowStackBytes) : stack_bytes(core);
}

std::int64_t start_up_bytes(const std::string& core) {
    return figure_on(core, &CodeSizes::start_up_bytes);
}

}  // namespace nanonas::exporting
