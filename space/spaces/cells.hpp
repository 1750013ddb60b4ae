// The (k,c) cell space of NanoNAS (Garavagno et al., IEEE Sensors Letters 2024): k kernels in the
// first convolution, c cells stacked on it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "space/search_space.hpp"

namespace nanonas::space {

/// Channels of the stem and of each cell: n_0 = k, n_i = ceil((2 - sum_{j=1}^{i-1} 2^-j) n_{i-1}).
/// (4,3) -> 4, 8, 12, 15.
std::vector<std::int64_t> cell_channels(const Candidate& candidate);

/// The space "cells", of axes k and c.
class CellSpace : public SearchSpace {
  public:
    CellSpace(const Shape& its_input = {0, 0, 0}, std::int64_t its_classes = 2,
              double its_dropout = 0.5)
        : input(its_input), classes(its_classes), dropout(its_dropout) {}

    std::string name() const override { return "cells"; }
    /// k in [1, 1024]; c from 0 to deepest(), to 16 where the input is not known.
    std::vector<Axis> axes() const override;

    /// conv3x3-BN-ReLU, then c times [maxpool2x2-conv3x3-BN-ReLU], then global average, dropout,
    /// dense, softmax. Throws NetworkError when k < 1, c < 0 or c > deepest().
    Network build(const Candidate& candidate) const override;

    /// Cells that fit: a map with a side of 1 can be halved no more.
    std::int64_t deepest() const;

    Shape input;
    std::int64_t classes;
    double dropout;
};

}  // namespace nanonas::space
