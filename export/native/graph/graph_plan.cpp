#include "export/native/graph/graph_plan.hpp"

#include <algorithm>

#include "export/native/graph/graph_planner.hpp"
#include "export/native/graph/graph_schedule.hpp"
#include "export/native/graph/op/ops.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

// In uint16 and int16 of the generated C.
constexpr std::int64_t kMostValues = 65'535;
constexpr std::int64_t kMostRows = 32'767;

std::int64_t behind(std::int64_t outputs, std::int64_t stride, std::int64_t side,
                    std::int64_t before, std::int64_t map) {
    return std::max<std::int64_t>((outputs - 1) * stride + side - before - map, 0);
}

// What templates/graph_depthwise.cpp spreads out of four channels of a 3x3 window.
constexpr std::int64_t kDepthwiseNumbers = 72;
// Kernels take four channels at once, so that they read as many bytes less one behind a map.
constexpr std::int64_t kReadBehind = 4;

void add_up(GraphPlan& plan) {
    for (GraphStage& stage : plan.stages) {
        const GraphRing& source = plan.rings[stage.source];
        stage.sums = plan.sums;
        plan.sums += stage.sum_count;
        if (stage.kernel == GraphKernel::kConv) {
            plan.spread = std::max(plan.spread, stage.taps * (stage.columns > 1 ? 2 : 1));
        }
        if (stage.kernel == GraphKernel::kDepthwise3x3) {
            plan.spread = std::max(plan.spread, kDepthwiseNumbers);
        }
        if (((stage.kernel == GraphKernel::kDepthwise3x3 ||
              stage.kernel == GraphKernel::kMaxPool) &&
             stage.in % 4 != 0) ||
            (stage.kernel == GraphKernel::kConv && stage.window * stage.in % 2 != 0)) {
            plan.read_behind = kReadBehind;
        }
        if (stage.rows > 1 || stage.pads) {
            plan.places = std::max(plan.places, stage.rows);
        }
        const bool beyond = stage.above > 0 || behind(stage.steps, stage.step, stage.rows,
                                                      stage.above, source.height) > 0;
        if (stage.pads && beyond) {
            plan.padding_bytes =
                std::max(plan.padding_bytes, aligned_bytes(source.border) - source.border +
                                                 source.stride() + source.border);
        }
    }
    plan.padding_bytes = aligned_bytes(plan.padding_bytes);
}

void place_parts(GraphPlan& plan) {
    plan.padding_offset = plan.rows_bytes;
    plan.rows_bytes += plan.padding_bytes + plan.read_behind;
    plan.rows_arena_bytes = 4 * plan.sums + 4 * plan.places + plan.counters_bytes() +
                            aligned_bytes(2 * plan.spread) + plan.rows_bytes;
    plan.arena_bytes = plan.rows_arena_bytes + aligned_bytes(plan.input.elements());
}

}  // namespace

std::int64_t GraphStage::end_needed(std::int64_t row, std::int64_t height) const {
    return std::clamp<std::int64_t>(row * step - above + rows, 1, height);
}

std::int64_t GraphStage::first_needed(std::int64_t row) const {
    // A kernel of all rows names the last one only.
    return kernel == GraphKernel::kReshape ? 0 : std::max<std::int64_t>(row * step - above, 0);
}

bool GraphPlan::has(GraphKernel kernel) const {
    return std::any_of(stages.begin(), stages.end(),
                       [&](const GraphStage& stage) { return stage.kernel == kernel; });
}

GraphPlanner::GraphPlanner(const space::Network& network) : network_(network) {
    plan.input = network.input;
    plan.nodes = network.nodes;
    plan.rings.push_back(ring_of("input", network.input));
    places_.push_back({});
}

void GraphPlanner::refuse(const space::Node& node, const std::string& why) {
    throw NetworkError("layer '" + node.name + "': the native runtime " + why);
}

GraphRing GraphPlanner::ring_of(const std::string& name, const space::Shape& map) const {
    if (map.height > kMostRows || map.width * map.channels > kMostValues) {
        throw NetworkError("layer '" + name + "': the native runtime holds maps of at most " +
                           std::to_string(kMostRows) + " rows of " + std::to_string(kMostValues) +
                           " values, not " + to_string(map));
    }
    GraphRing ring;
    ring.name = name;
    ring.height = map.height;
    ring.values = map.width * map.channels;
    return ring;
}

GraphStage& GraphPlanner::add(const space::Node& node, GraphKernel kernel) {
    GraphStage stage;
    stage.name = node.name;
    stage.kernel = kernel;
    stage.node = static_cast<std::size_t>(&node - network_.nodes.data());
    stage.source = places_[node.inputs.front()].ring;
    stage.second = places_[node.inputs.back()].ring;
    stage.steps = node.output.height;
    stage.in = node.input.channels;
    stage.out = node.output.channels;
    stage.width = node.input.width;
    stage.columns = node.output.width;
    places_.push_back({plan.rings.size()});
    plan.rings.push_back(ring_of(node.name, node.output));
    plan.stages.push_back(stage);
    return plan.stages.back();
}

GraphStage& GraphPlanner::add_window(const space::Node& node, GraphKernel kernel,
                                     const space::Window& window, bool pads) {
    const GraphPlace place = read(node);
    GraphStage& stage = add(node, kernel);
    stage.step = window.stride_height;
    stage.rows = window.height;
    stage.above = window.top(node.input) + place.top;
    stage.pads = pads;
    stage.window = window.width;
    stage.stride = window.stride_width;
    stage.left = window.left(node.input) + place.left;
    stage.width = node.input.width - place.left - place.right;
    if (pads) {
        const std::int64_t columns = std::max(
            stage.left, behind(stage.columns, stage.stride, stage.window, stage.left, stage.width));
        GraphRing& source = plan.rings[stage.source];
        source.border = std::max(source.border, columns * stage.in);
        if (source.stride() + source.border > kMostValues ||
            stage.window * stage.in > kMostValues) {
            refuse(node, "holds rows of at most 65535 values with their padding");
        }
    }
    if (stage.above > kMostRows) {
        refuse(node, "holds at most 32767 rows of padding");
    }
    return stage;
}

GraphStage& GraphPlanner::add_sums(const space::Node& node, GraphKernel kernel, std::int64_t sums) {
    GraphStage& stage = add(node, kernel);
    stage.steps = plan.rings[stage.source].height;
    plan.rings.back().lead = stage.steps - 1;
    stage.sum_count = stage.steps > 1 ? sums : 0;
    return stage;
}

GraphPlan plan_graph(const space::Network& network) {
    if (network.nodes.empty()) {
        throw NetworkError("network: the native runtime needs at least one layer");
    }
    GraphPlanner planner(network);
    for (const space::Node& node : network.nodes) {
        graph_op(node).plan(planner, node);
    }
    GraphPlan plan = std::move(planner.plan);
    const space::Shape output = network.output();
    if (output.height != 1 || output.width != 1) {
        throw NetworkError("layer '" + network.nodes.back().name +
                           "': the native runtime ends in scores, a 1x1 map, not " +
                           to_string(output));
    }
    plan.classes = output.channels;
    add_up(plan);
    schedule(plan);
    place_parts(plan);
    return plan;
}

}  // namespace nanonas::exporting
