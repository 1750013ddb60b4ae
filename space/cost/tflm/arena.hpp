// The tensor arena that MicroInterpreter::AllocateTensors() needs, by replaying its allocations.
//
// An arena fills from both ends: tensors and scratch buffers from the head, structures that stay
// from the tail. docs/tflm.md tells which source each step comes from.
#pragma once

#include <vector>

#include "space/cost/cost_model.hpp"
#include "space/cost/tflm/operators.hpp"

namespace nanonas::space::tflm {

/// Who computes. CMSIS-NN asks for other scratch buffers on cores with the DSP extension
/// (Cortex-M4, M7, M33) and with vectors (M55) than on plain ones (M0+, M3).
enum class Kernels { kReference, kCmsisPlain, kCmsisDsp, kCmsisVector };

/// sizeof() of what TFLM puts into the arena.
struct Structs {
    std::int64_t pointer = 4;  ///< also the alignment of the structures
    // Once per interpreter.
    std::int64_t arena_allocator = 36;   ///< SingleArenaBufferAllocator
    std::int64_t memory_planner = 44;    ///< GreedyMemoryPlanner
    std::int64_t allocator = 36;         ///< MicroAllocator
    std::int64_t builtin_allocator = 8;  ///< MicroBuiltinDataAllocator
    std::int64_t subgraph = 8;           ///< SubgraphAllocations
    // Per tensor.
    std::int64_t eval_tensor = 12;   ///< TfLiteEvalTensor
    std::int64_t tensor = 40;        ///< TfLiteTensor
    std::int64_t quantization = 12;  ///< TfLiteAffineQuantization
    // Per operator.
    std::int64_t node = 32;          ///< NodeAndRegistration
    std::int64_t conv_params = 28;   ///< TfLiteConvParams
    std::int64_t pool_params = 40;   ///< TfLitePoolParams
    std::int64_t dense_params = 24;  ///< TfLiteFullyConnectedParams
    std::int64_t dense_params_align = 4;
    std::int64_t conv_data = 56;         ///< OpDataConv
    std::int64_t cmsis_conv_data = 60;   ///< OpData of cmsis_nn/conv.cc
    std::int64_t pool_data = 32;         ///< OpDataPooling
    std::int64_t cmsis_pool_data = 36;   ///< OpData of cmsis_nn/pooling.cc
    std::int64_t dense_data = 48;        ///< OpDataFullyConnected
    std::int64_t cmsis_dense_data = 76;  ///< OpData of cmsis_nn/fully_connected.cc
    // While planning.
    std::int64_t scratch_request = 12;  ///< ScratchBufferRequest
    std::int64_t allocation_info = 24;  ///< AllocationInfo
    std::int64_t planned_buffer = 40;   ///< GreedyMemoryPlanner::per_buffer_size()
};

/// On a 64-bit computer: PyPI's tflite-micro 0.dev20261023182759 with its recording allocator and
/// tensor compression, for x86-64.
Structs host_structs();

struct Arena {
    std::int64_t tensors = 0;     ///< the greedy plan: feature maps and scratch buffers
    std::int64_t structures = 0;  ///< what stays at the tail
    /// The smallest multiple of 16 that AllocateTensors() succeeds with, the arena itself at a
    /// multiple of 16.
    std::int64_t bytes = 0;
    std::vector<CostItem> items;  ///< sum to bytes
};

/// Defaults of `structs`: a 32-bit core.
Arena arena_of(const std::vector<Operator>& operators, Kernels kernels,
               const Structs& structs = {});

}  // namespace nanonas::space::tflm
