// sizeof() of what TensorFlow Lite Micro puts into its arena.
#pragma once

#include <cstdint>

namespace nanonas::exporting::tflm {

/// Defaults: a 32-bit core.
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
    std::int64_t node = 32;              ///< NodeAndRegistration
    std::int64_t conv_params = 28;       ///< TfLiteConvParams
    std::int64_t depthwise_params = 28;  ///< TfLiteDepthwiseConvParams
    std::int64_t pool_params = 40;       ///< TfLitePoolParams
    std::int64_t dense_params = 24;      ///< TfLiteFullyConnectedParams
    std::int64_t dense_params_align = 4;
    std::int64_t mul_params = 4;           ///< TfLiteMulParams
    std::int64_t add_params = 8;           ///< TfLiteAddParams
    std::int64_t softmax_params = 4;       ///< TfLiteSoftmaxParams
    std::int64_t reshape_params = 36;      ///< TfLiteReshapeParams
    std::int64_t mean_params = 1;          ///< TfLiteReducerParams
    std::int64_t conv_data = 56;           ///< OpDataConv
    std::int64_t cmsis_conv_data = 60;     ///< OpData of cmsis_nn/conv.cc
    std::int64_t pool_data = 32;           ///< OpDataPooling
    std::int64_t cmsis_pool_data = 36;     ///< OpData of cmsis_nn/pooling.cc
    std::int64_t dense_data = 48;          ///< OpDataFullyConnected
    std::int64_t cmsis_dense_data = 76;    ///< OpData of cmsis_nn/fully_connected.cc
    std::int64_t mul_data = 36;            ///< OpDataMul, CMSIS-NN's too
    std::int64_t add_data = 60;            ///< OpDataAdd, CMSIS-NN's too
    std::int64_t mean_data = 44;           ///< OpDataReduce
    std::int64_t pad_data = 56;            ///< OpData of pad.h
    std::int64_t relu_data = 28;           ///< ReluOpData
    std::int64_t softmax_data = 56;        ///< SoftmaxParams
    std::int64_t cmsis_softmax_data = 64;  ///< CMSISNNSoftmaxParams
    std::int64_t quantize_data = 32;       ///< OpDataQuantizeReference
    std::int64_t dequantize_data = 32;     ///< DequantizeOpData
    // While planning.
    std::int64_t scratch_request = 12;  ///< ScratchBufferRequest
    std::int64_t allocation_info = 24;  ///< AllocationInfo
    std::int64_t planned_buffer = 40;   ///< GreedyMemoryPlanner::per_buffer_size()
};

/// On a 64-bit computer: PyPI's tflite-micro 0.dev20261023182759 with its recording allocator and
/// tensor compression, for x86-64.
Structs host_structs();

}  // namespace nanonas::exporting::tflm
