// The operators of the .tflite file that a network becomes.
#pragma once

#include <string>
#include <vector>

#include "space/network.hpp"

namespace nanonas::exporting::tflm {

enum class OperatorKind { kConvolution, kMaxPool, kAveragePool, kDense };

/// An operator of the .tflite that is written of a network.
struct Operator {
    OperatorKind kind = OperatorKind::kConvolution;
    std::string name;  ///< of the layer it computes
    space::Shape input, output;
    std::int64_t kernel = 1;  ///< side of a convolution's or max pool's window
    bool relu = false;

    bool has_weights() const {
        return kind == OperatorKind::kConvolution || kind == OperatorKind::kDense;
    }
};

/// Batch norm and ReLU fold into the operator before them; dropout, softmax (the file ends in
/// logits) and an average of one pixel vanish. Throws NetworkError when a batch norm or ReLU
/// follows no layer it can be folded into, a softmax is not the last layer, or no operator is left.
std::vector<Operator> operators_of(const space::Network& network);

}  // namespace nanonas::exporting::tflm
