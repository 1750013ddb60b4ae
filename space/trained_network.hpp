// A Network with its weights and all that is needed to use it on raw images.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "space/network.hpp"
#include "space/preprocess.hpp"

namespace nanonas::space {

/// Row-major.
struct Tensor {
    std::vector<std::int64_t> shape;
    std::vector<float> values;

    friend bool operator==(const Tensor& a, const Tensor& b) {
        return a.shape == b.shape && a.values == b.values;
    }
};

/// By parameter name (space::parameters).
using Weights = std::map<std::string, Tensor>;

/// What a model file holds.
struct TrainedNetwork {
    Network network;
    Weights weights;
    Preprocess preprocess;
    std::vector<std::string> labels;                ///< one per class, in output order
    std::map<std::string, std::string> provenance;  ///< how it came to be: k, c, seed, data, ...
};

/// Throws NetworkError naming the first tensor that is missing, has another shape than
/// space::parameters asks for, holds a value that is not finite, or belongs to no layer.
void check_weights(const Network& network, const Weights& weights);

}  // namespace nanonas::space
