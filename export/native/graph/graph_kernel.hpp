// The row kernels of networks that are graphs.
#pragma once

#include <array>

namespace nanonas::exporting {

enum class GraphKernel {
    kConv,
    kDepthwise,
    kDepthwise3x3,  ///< as many outputs as channels
    kDense,
    kAdd,
    kChannelMul,
    kChannelAdd,
    kMaxPool,
    kAveragePool,
    kGlobalAverage,
    kPad,
    kReshape,
    kSoftmax,
};

inline constexpr std::array<GraphKernel, 13> kGraphKernels = {
    GraphKernel::kConv,          GraphKernel::kDepthwise, GraphKernel::kDepthwise3x3,
    GraphKernel::kDense,         GraphKernel::kAdd,       GraphKernel::kChannelMul,
    GraphKernel::kChannelAdd,    GraphKernel::kMaxPool,   GraphKernel::kAveragePool,
    GraphKernel::kGlobalAverage, GraphKernel::kPad,       GraphKernel::kReshape,
    GraphKernel::kSoftmax};

}  // namespace nanonas::exporting
