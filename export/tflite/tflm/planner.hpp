// Where TensorFlow Lite Micro's GreedyMemoryPlanner puts buffers.
#pragma once

#include <cstdint>
#include <vector>

namespace nanonas::exporting::tflm {

/// Alive from the start of operator `first_use` to the end of operator `last_use`.
struct Buffer {
    std::int64_t bytes = 0;
    std::int64_t first_use = 0;
    std::int64_t last_use = 0;
};

struct Plan {
    std::vector<std::int64_t> offsets;  ///< one per buffer, in the order given
    std::int64_t bytes = 0;             ///< highest end
};

/// Largest first, of equals the one added last; each at the lowest offset where it meets no buffer
/// that is alive at the same time (greedy_memory_planner.cc: CalculateOffsetsIfNeeded).
Plan greedy_plan(const std::vector<Buffer>& buffers);

}  // namespace nanonas::exporting::tflm
