// The operators of the .tflite file that a network becomes.
#pragma once

#include <string>
#include <vector>

#include "space/network.hpp"

namespace nanonas::exporting::tflm {

/// The operators that are priced. kMul has one constant input.
enum class NodeKind {
    kConvolution,
    kDepthwise,
    kMaxPool,
    kAveragePool,
    kDense,
    kMul,
    kAdd,
    kMean,
    kPad,
    kRelu,
    kSoftmax,
    kReshape,
    kQuantize,
    kDequantize,
};

/// An operator of the .tflite that is written of a network.
struct Operator {
    NodeKind kind = NodeKind::kConvolution;
    std::string resolver;  ///< the call of MicroMutableOpResolver: "AddConv2D"
    std::string name;      ///< of the layer it computes
    space::Shape input, output;
    std::vector<std::int64_t> weights;  ///< their dimensions, outputs first; empty: none
};

/// Batch norm and ReLU fold into the operator before them; dropout, softmax (the file ends in
/// logits) and an average of one pixel vanish. Throws NetworkError when a batch norm or ReLU
/// follows no layer it can be folded into, a softmax is not the last layer, or no operator is left.
std::vector<Operator> operators_of(const space::Network& network);

}  // namespace nanonas::exporting::tflm
