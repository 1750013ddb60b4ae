// What the generated C of graphs says of each operator: a line here, the rest in a file beside this
// one. An operator that is not here does not compile. The text of its kernel is in
// native/templates/graph_*.cpp, what its code takes on each core in graph_sizes.cpp and
// graph_latency.cpp.
#pragma once

#include "export/int8/int8_network.hpp"
#include "export/native/graph/graph_planner.hpp"
#include "export/native/graph/graph_tables.hpp"

namespace nanonas::exporting {

struct GraphOp {
    /// The node's stage, or what its readers make of it. Throws NetworkError naming it where it
    /// cannot run.
    void (*plan)(GraphPlanner& planner, const space::Node& node);
    /// Throws ExportError for numbers that the kernel cannot hold.
    void (*check)(const Int8Layer& layer);
    GraphNumbers (*numbers)(const GraphStage& stage, const Int8Layer& layer);
};

/// Of an operator that lower() leaves where it cannot be a part of another.
GraphOp graph_never();

// clang-format off
GraphOp graph_op(const space::Conv2d&);
GraphOp graph_op(const space::DepthwiseConv2d&);
GraphOp graph_op(const space::Dense&);
GraphOp graph_op(const space::MaxPool2d&);
GraphOp graph_op(const space::AveragePool2d&);
GraphOp graph_op(const space::GlobalAveragePool&);
GraphOp graph_op(const space::Relu&);
GraphOp graph_op(const space::Requantize&);
GraphOp graph_op(const space::ChannelMul&);
GraphOp graph_op(const space::ChannelAdd&);
GraphOp graph_op(const space::Add&);
GraphOp graph_op(const space::Pad&);
GraphOp graph_op(const space::Reshape&);
GraphOp graph_op(const space::Softmax&);
inline GraphOp graph_op(const space::BatchNorm&) { return graph_never(); }
inline GraphOp graph_op(const space::Dropout&) { return graph_never(); }
// clang-format on

GraphOp graph_op(const space::Node& node);

/// GraphOp::check of an operator with this many multipliers and no weights.
void check_multipliers(const Int8Layer& layer, std::size_t count);
/// The clamp and the multipliers of a layer.
GraphNumbers plain_numbers(const Int8Layer& layer);
/// A zero point shifted by it stays in int32 with all that is added.
inline constexpr std::int32_t kMostRightShift = 22;
/// Whether all multipliers shift to the right, no further than that.
bool shifts_quickly(const GraphNumbers& numbers);
/// Whether sums of up to `most`, doubled and shifted to the left, stay in int32 (no convolution's).
bool stays_quick(const GraphNumbers& numbers, std::int64_t most);
GraphNumbers no_numbers(const GraphStage& stage, const Int8Layer& layer);

/// Of convolutions of both kinds.
GraphOp graph_convolution();

/// `bytes` of tables, each of which starts at a multiple of 4.
constexpr std::int64_t aligned_bytes(std::int64_t bytes) {
    return (bytes + 3) / 4 * 4;
}

}  // namespace nanonas::exporting
