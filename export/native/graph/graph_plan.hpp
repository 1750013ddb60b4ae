// The memory plan of the generated C for networks that are graphs: what is no chain of the kind
// that streaming_plan.hpp describes.
//
// Each layer makes one row at a time and reads rows of the maps before it. A map's rows lie in a
// ring that holds those which a reader still needs: a residual delay is a ring that is longer. The
// last layer that has its rows runs first, so that rows are consumed before more are made. Layers
// from `streamed` on run one after the other when the whole input is there: their rings hold whole
// maps, but not at the same time. The plan takes the `streamed` with the smallest arena.
//
// Rows are int8 as the int8 network holds them, with columns of the zero point on either side where
// a reader's window reaches there; two rows share them. Rows of padding are one row, made when it
// is needed. A Pad that only convolutions read is a part of their windows. A dense layer behind a
// map adds up row by row. How long each ring is, and when, comes from running the schedule here.
//
// Arena, in this order: sums (int32), places of rows (int32), row counters (uint16), spread columns
// (int16), rows (int8), input frame (uint8; absent when only rows are pushed).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/native/graph/graph_kernel.hpp"
#include "space/network.hpp"

namespace nanonas::exporting {

/// The rows of one map that are alive.
struct GraphRing {
    std::string name;
    std::int64_t height = 1;
    std::int64_t values = 1;  ///< of a row
    std::int64_t border = 0;  ///< values of padding before and behind a row
    std::int64_t lead = 0;    ///< rows its layer reads before the one that makes its only row
    std::int64_t slots = 1;
    std::int64_t offset = 0;  ///< in the rows of the arena

    std::int64_t stride() const { return values + border; }
    /// Of the first row.
    std::int64_t start() const { return offset + (border + 3) / 4 * 4; }
    std::int64_t bytes() const { return (start() - offset + slots * stride() + 3) / 4 * 4; }
};

/// A layer: a node with the Pad before it, if there is one to fold.
struct GraphStage {
    std::string name;
    GraphKernel kernel = GraphKernel::kConv;
    std::size_t node = 0;                ///< of GraphPlan::nodes
    std::size_t source = 0, second = 0;  ///< rings it reads; its own is that behind its number
    std::size_t next = 0;                ///< the stage that may run when it made a row
    std::int64_t steps = 1;              ///< rows it makes, or reads when it adds them up
    std::int64_t step = 1;               ///< rows from one window to the next
    std::int64_t rows = 1;               ///< of the window
    std::int64_t above = 0;              ///< rows of padding before the map
    bool pads = false;                   ///< rows beyond the map are padding, not left out
    std::int64_t in = 1, out = 1;        ///< channels
    std::int64_t width = 1, columns = 1;
    std::int64_t window = 1, stride = 1, left = 0;  ///< in columns
    std::int64_t group = 0;                         ///< outputs of an input channel, depthwise
    std::int64_t taps = 0;  ///< weights of one output as they lie, of a sum of products
    std::int64_t sums = 0;  ///< its first one
    std::int64_t sum_count = 0;
    std::int64_t weight_bytes = 0;  ///< the table of weights with its padding
    std::int64_t table_bytes = 0;   ///< the others

    /// Behind the last row that it needs to make row `row`, and the first; of a map of `height`.
    std::int64_t end_needed(std::int64_t row, std::int64_t height) const;
    std::int64_t first_needed(std::int64_t row) const;
};

/// All stages in the order they run, their rings, and where the memory lies in the arena.
struct GraphPlan {
    space::Shape input;
    std::vector<space::Node> nodes;  ///< lowered, in the order they run
    std::vector<GraphStage> stages;
    std::vector<GraphRing> rings;  ///< of the input, then of each stage
    std::int64_t classes = 0;
    std::size_t streamed = 0;  ///< stages that run row by row
    std::int64_t first = -1;   ///< stage that may run when a row has come; -1: none

    std::int64_t padding_offset = 0, padding_bytes = 0;  ///< a row of padding, among the rows
    std::int64_t read_behind = 0;  ///< bytes behind all rows that kernels of four channels read
    std::int64_t sums = 0, places = 2, spread = 0;  ///< how many
    std::int64_t rows_bytes = 0;                    ///< all rings
    std::int64_t counters_bytes() const { return 4 * static_cast<std::int64_t>(rings.size()); }
    std::int64_t rows_arena_bytes = 0;  ///< rows pushed one by one
    std::int64_t arena_bytes = 0;       ///< with the frame buffer

    bool has(GraphKernel kernel) const;
};

/// Of a lowered network; it is planned as it is, with a softmax at its end. Throws NetworkError
/// naming the first layer that does not fit.
GraphPlan plan_graph(const space::Network& network);

}  // namespace nanonas::exporting
