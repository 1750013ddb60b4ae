#include "space/spaces/cells.hpp"

#include <algorithm>

#include "space/errors.hpp"

namespace nanonas::space {

std::vector<std::int64_t> cell_channels(const Candidate& candidate) {
    std::vector<std::int64_t> channels{candidate.at[0]};
    // The multiplier of cell i is 1 + 2^(1-i): 2, 1.5, 1.25, ...; exact in integers.
    for (std::int64_t i = 1; i <= candidate.at[1]; ++i) {
        const std::int64_t denominator = std::int64_t{1} << (i - 1);
        const std::int64_t numerator = channels.back() * (denominator + 1);
        channels.push_back((numerator + denominator - 1) / denominator);
    }
    return channels;
}

std::vector<Axis> CellSpace::axes() const {
    constexpr std::int64_t kMostKernels = 1024;
    constexpr std::int64_t kMostCells = 16;
    return {{"k", 1, kMostKernels}, {"c", 0, input.elements() == 0 ? kMostCells : deepest()}};
}

std::int64_t CellSpace::deepest() const {
    std::int64_t cells = 0;
    for (std::int64_t side = std::min(input.height, input.width); side > 1; side /= 2) {
        ++cells;
    }
    return cells;
}

Network CellSpace::build(const Candidate& candidate) const {
    if (candidate.at.size() != 2 || candidate.at[0] < 1 || candidate.at[1] < 0) {
        throw NetworkError(to_string(candidate) + ": expected k >= 1 and c >= 0");
    }
    if (candidate.at[1] > deepest()) {
        throw NetworkError("cells: a " + to_string(input) + " input takes at most " +
                           std::to_string(deepest()) + " cells");
    }
    const std::vector<std::int64_t> channels = cell_channels(candidate);
    Network network{input, {}};
    for (std::size_t i = 0; i < channels.size(); ++i) {
        const std::string block = i == 0 ? "stem" : "cell" + std::to_string(i);
        if (i > 0) {
            network.add(block + ".pool", MaxPool2d{});
        }
        network.add(block + ".conv", Conv2d{channels[i]})
            .add(block + ".bn", BatchNorm{})
            .add(block + ".relu", Relu{});
    }
    return network.add("average", GlobalAveragePool{})
        .add("dropout", Dropout{dropout})
        .add("classifier", Dense{classes})
        .add("softmax", Softmax{});
}

}  // namespace nanonas::space
