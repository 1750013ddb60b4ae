#include "space/cell_space.hpp"

#include <algorithm>

#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::space {

std::string to_string(const Candidate& candidate) {
    return "(" + std::to_string(candidate.k) + "," + std::to_string(candidate.c) + ")";
}

Candidate parse_candidate(const std::string& text) {
    constexpr std::int64_t kMostKernels = 1024;
    constexpr std::int64_t kMostCells = 16;
    Candidate candidate;
    TextScanner scanner(text);
    scanner.skip('(');
    scanner.skip_blanks();
    bool read = scanner.number(candidate.k, 6);
    scanner.skip_blanks();
    read = read && scanner.skip(',');
    scanner.skip_blanks();
    read = read && scanner.number(candidate.c, 6);
    scanner.skip_blanks();
    scanner.skip(')');
    if (!read || !scanner.at_end()) {
        throw ConfigError("'" + text + "': not an architecture, expected k,c such as 4,3");
    }
    if (candidate.k < 1 || candidate.k > kMostKernels || candidate.c > kMostCells) {
        throw ConfigError("'" + text + "': k must be in [1, 1024] and c in [0, 16]");
    }
    return candidate;
}

std::vector<std::int64_t> cell_channels(const Candidate& candidate) {
    std::vector<std::int64_t> channels{candidate.k};
    // The multiplier of cell i is 1 + 2^(1-i): 2, 1.5, 1.25, ...; exact in integers.
    for (std::int64_t i = 1; i <= candidate.c; ++i) {
        const std::int64_t denominator = std::int64_t{1} << (i - 1);
        const std::int64_t numerator = channels.back() * (denominator + 1);
        channels.push_back((numerator + denominator - 1) / denominator);
    }
    return channels;
}

std::int64_t CellSpace::deepest() const {
    std::int64_t cells = 0;
    for (std::int64_t side = std::min(input.height, input.width); side > 1; side /= 2) {
        ++cells;
    }
    return cells;
}

Network CellSpace::build(const Candidate& candidate) const {
    if (candidate.k < 1 || candidate.c < 0 || candidate.c > deepest()) {
        throw NetworkError(to_string(candidate) + ": a " + to_string(input) +
                           " input takes k >= 1 and at most " + std::to_string(deepest()) +
                           " cells");
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
