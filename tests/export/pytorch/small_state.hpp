// The network of tests/fuzz/corpus/pytorch and the weights of its good files.
#pragma once

#include "space/spaces/cells.hpp"
#include "space/trained_network.hpp"

namespace nanonas::testing {

inline space::Network small_network() {
    return space::CellSpace({4, 4, 3}, 2).build({2, 0});
}

/// Value i of every tensor is (i + 1) / 8.
inline space::Weights small_weights() {
    space::Weights weights;
    for (const space::ParameterSpec& spec : space::parameters(small_network())) {
        std::int64_t count = 1;
        for (const std::int64_t side : spec.shape) {
            count *= side;
        }
        space::Tensor tensor{spec.shape, {}};
        for (std::int64_t i = 1; i <= count; ++i) {
            tensor.values.push_back(static_cast<float>(i) / 8.0F);
        }
        weights[spec.name] = std::move(tensor);
    }
    return weights;
}

}  // namespace nanonas::testing
