// The float network as the device will run it: batch norm folded into weights, ReLU fused, what
// acts in training only gone.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "space/shapes.hpp"
#include "space/trained_network.hpp"

namespace nanonas::exporting {

/// Convolution (stride 1, zero padding that keeps height and width) or dense layer (kernel 1).
struct FoldedLinear {
    std::string name;
    bool dense = false;
    bool relu = false;
    std::int64_t kernel = 1;
    space::Shape input, output;
    std::vector<float> weights;  ///< [out][kernel][kernel][in]
    std::vector<float> bias;     ///< [out]

    std::int64_t taps() const { return kernel * kernel * input.channels; }
};

struct FoldedMaxPool {
    std::string name;
    std::int64_t size = 2;
    space::Shape input, output;
};

struct FoldedAveragePool {
    std::string name;
    space::Shape input, output;
};

using FoldedLayer = std::variant<FoldedLinear, FoldedMaxPool, FoldedAveragePool>;

struct FoldedNetwork {
    space::Shape input;
    space::Preprocess preprocess;
    std::vector<FoldedLayer> layers;  ///< the last one writes the logits, 1 x 1 x classes
};

const std::string& name_of(const FoldedLayer& layer);
const space::Shape& output_of(const FoldedLayer& layer);

/// Throws NetworkError when weights do not match, ExportError naming the layer for an order it
/// cannot fold (batch norm or ReLU after a pool, batch norm after ReLU, softmax before the end) and
/// for folded weights that are not finite.
FoldedNetwork fold(const space::TrainedNetwork& trained);

}  // namespace nanonas::exporting
