#include "tests/support/chain_space.hpp"

namespace nanonas::nas::test {
namespace {

space::Network chain(const space::Shape& input, std::int64_t classes, std::int64_t width,
                     std::int64_t layers, bool pools) {
    space::Network network{input, {}};
    for (std::int64_t i = 0; i < layers; ++i) {
        const std::string layer = "layer" + std::to_string(i);
        if (i > 0 && pools) {
            network.add(layer + ".pool", space::MaxPool2d{});
        }
        network.add(layer + ".conv", space::Conv2d{width})
            .add(layer + ".bn", space::BatchNorm{})
            .add(layer + ".relu", space::Relu{});
    }
    return network.add("average", space::GlobalAveragePool{})
        .add("classifier", space::Dense{classes})
        .add("softmax", space::Softmax{});
}

}  // namespace

std::vector<space::Axis> ChainSpace::axes() const {
    return {{"width", 8, 64, 4}, {"layers", 1, 8}};
}

space::Network ChainSpace::build(const space::Candidate& candidate) const {
    space::require_on_axes(candidate, axes());
    return chain(input_, classes_, candidate.at[0], candidate.at[1], true);
}

std::vector<space::Axis> SidedChainSpace::axes() const {
    return {{"width", 8, 64, 4},
            {"layers", 1, 8},
            {"side", 8, 32, 8},
            space::choice_axis("pools", {"no", "yes"})};
}

space::Network SidedChainSpace::build(const space::Candidate& candidate) const {
    space::require_on_axes(candidate, axes());
    const std::int64_t side = candidate.at[2];
    return chain({side, side, input_.channels}, classes_, candidate.at[0], candidate.at[1],
                 candidate.at[3] == 1);
}

}  // namespace nanonas::nas::test
