#include "export/native/streaming_plan.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "export/native/op/ops.hpp"
#include "space/errors.hpp"
#include "space/passes/passes.hpp"

namespace nanonas::exporting {

namespace {

constexpr std::int64_t kLineValueBytes = 2;
constexpr std::int64_t kSumBytes = 4;

std::int64_t aligned(std::int64_t bytes) {
    return (bytes + 3) / 4 * 4;
}

}  // namespace

void StreamingPlanner::expect(const space::Node& node, bool holds, const char* before) {
    if (!holds) {
        throw NetworkError("layer '" + node.name + "': the native runtime runs a " +
                           space::op_name(node.op) + " only behind " + before);
    }
}

std::int64_t StreamingStage::border() const {
    return std::max(window.left(input), window.right(input));
}

std::int64_t StreamingStage::weight_table_bytes() const {
    if (any_window()) {
        return output.channels * window.area() * (multiplier > 0 ? 1 : input.channels);
    }
    constexpr std::int64_t kRows = StreamingPlan::kKernel;
    constexpr std::int64_t kWordBytes = 4;
    return output.channels / 2 * kRows * kWordBytes * pair_words(input.channels) +
           output.channels % 2 * kRows * kRows * input.channels;
}

bool StreamingPlan::any_window() const {
    return std::any_of(stages.begin(), stages.end(),
                       [](const StreamingStage& stage) { return stage.any_window(); });
}

bool StreamingPlan::any_square() const {
    return std::any_of(stages.begin(), stages.end(),
                       [](const StreamingStage& stage) { return !stage.any_window(); });
}

std::vector<std::int64_t> StreamingPlan::block_depths() const {
    std::set<std::int64_t> depths;
    for (const StreamingStage& stage : stages) {
        if (stage.pair_block()) {
            depths.insert(stage.input.channels);
        }
    }
    return {depths.begin(), depths.end()};
}

bool StreamingPlan::one_channel_last() const {
    return std::any_of(stages.begin(), stages.end(), [](const StreamingStage& stage) {
        return stage.one_channel() && stage.output.channels % 2 != 0;
    });
}

StreamingPlan plan_streaming(const space::Network& trained) {
    space::Network network = trained;
    space::lower(network);
    space::require_chain(network);
    StreamingPlanner planner;
    planner.plan.input = network.input;
    for (const space::Node& node : network.nodes) {
        native_op(node).plan(planner, node);
    }
    if (planner.step != StreamingPlanner::Step::kDense) {
        throw NetworkError(
            "network: the native runtime needs convolutions, a global average and a dense "
            "layer at the end");
    }
    StreamingPlan plan = std::move(planner.plan);
    plan.nodes = std::move(network.nodes);

    for (StreamingStage& stage : plan.stages) {
        stage.line_offset = plan.lines_bytes;
        stage.line_bytes = kLineValueBytes * (stage.ring_rows * stage.row_stride() +
                                              stage.border() * stage.input.channels);
        plan.lines_bytes += stage.line_bytes;
    }
    plan.counters_offset = plan.lines_bytes;
    plan.counters_bytes =
        StreamingPlan::kCounterBytes * static_cast<std::int64_t>(plan.stages.size());
    plan.sums_offset = aligned(plan.counters_offset + plan.counters_bytes);
    plan.sums_bytes = kSumBytes * plan.stages.back().output.channels;
    plan.frame_offset = plan.sums_offset + plan.sums_bytes;
    plan.frame_bytes = plan.input.elements();
    plan.rows_arena_bytes = aligned(plan.frame_offset);
    plan.arena_bytes = aligned(plan.frame_offset + plan.frame_bytes);
    return plan;
}

bool streams_as_chain(const space::Network& network) {
    try {
        static_cast<void>(plan_streaming(network));
        return true;
    } catch (const NetworkError&) {
        return false;
    }
}

}  // namespace nanonas::exporting
