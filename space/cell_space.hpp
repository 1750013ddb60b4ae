// The (k,c) cell space of NanoNAS (Garavagno et al., IEEE Sensors Letters 2024).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "space/network.hpp"

namespace nanonas::space {

/// k kernels in the first convolution, c cells stacked on it.
struct Candidate {
    std::int64_t k = 1;  ///< >= 1
    std::int64_t c = 0;  ///< >= 0

    friend bool operator==(const Candidate& a, const Candidate& b) {
        return a.k == b.k && a.c == b.c;
    }
    friend bool operator!=(const Candidate& a, const Candidate& b) { return !(a == b); }
    friend bool operator<(const Candidate& a, const Candidate& b) {
        return a.k != b.k ? a.k < b.k : a.c < b.c;
    }
};

/// "(4,3)".
std::string to_string(const Candidate& candidate);

/// Reads "4,3" or "(4,3)"; k in [1, 1024], c in [0, 16]. Throws ConfigError.
Candidate parse_candidate(const std::string& text);

/// Channels of the stem and of each cell: n_0 = k, n_i = ceil((2 - sum_{j=1}^{i-1} 2^-j) n_{i-1}).
/// (4,3) -> 4, 8, 12, 15.
std::vector<std::int64_t> cell_channels(const Candidate& candidate);

/// Images of one shape, sorted into `classes` classes (>= 2).
struct CellSpace {
    Shape input;
    std::int64_t classes = 2;
    double dropout = 0.5;

    /// Cells that fit: a map with a side of 1 can be halved no more.
    std::int64_t deepest() const;

    /// conv3x3-BN-ReLU, then c times [maxpool2x2-conv3x3-BN-ReLU], then global average, dropout,
    /// dense, softmax. Throws NetworkError when k < 1, c < 0 or c > deepest().
    Network build(const Candidate& candidate) const;
};

}  // namespace nanonas::space
