// The tensor arena that MicroInterpreter::AllocateTensors() needs, by replaying its allocations.
//
// An arena fills from both ends: tensors and scratch buffers from the head, structures that stay
// from the tail. docs/tflm.md tells which source each step comes from.
#pragma once

#include <vector>

#include "export/tflite/tflm/graph.hpp"
#include "export/tflite/tflm/kernels.hpp"
#include "export/tflite/tflm/structs.hpp"
#include "space/cost.hpp"

namespace nanonas::exporting::tflm {

/// What TFLite Micro's arena holds, and its size.
struct Arena {
    std::int64_t tensors = 0;     ///< the greedy plan: feature maps and scratch buffers
    std::int64_t structures = 0;  ///< what stays at the tail
    /// The smallest multiple of 16 that AllocateTensors() succeeds with, the arena itself at a
    /// multiple of 16.
    std::int64_t bytes = 0;
    std::vector<space::CostItem> items;  ///< sum to bytes
};

/// Defaults of `structs`: a 32-bit core.
Arena arena_of(const Graph& graph, Kernels kernels, const Structs& structs = {});

/// Of the file that format tflite writes.
Arena arena_of(const std::vector<Operator>& operators, Kernels kernels,
               const Structs& structs = {});

}  // namespace nanonas::exporting::tflm
