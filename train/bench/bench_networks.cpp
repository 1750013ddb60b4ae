#include "train/bench/bench_networks.hpp"

#include "space/spaces/cells.hpp"

namespace nanonas::train {

namespace {

constexpr space::Window square(std::int64_t side, std::int64_t stride) {
    return {side, side, stride, stride, space::Padding::kSame};
}

/// Convolution or depthwise convolution, batch norm, ReLU or nothing.
void add_layer(space::Network& network, const std::string& name, const space::Op& op, bool relu) {
    network.add(name, op).add(name + ".bn", space::BatchNorm{});
    if (relu) {
        network.add(name + ".relu", space::Relu{});
    }
}

enum class Kind { kSeparable, kInverted, kResidual };

constexpr struct {
    Kind kind;
    const char* name;
} kKinds[] = {
    {Kind::kSeparable, "separable"}, {Kind::kInverted, "inverted"}, {Kind::kResidual, "residual"}};

space::Network blocks(const space::Shape& input, std::int64_t width, Kind kind,
                      std::int64_t classes) {
    constexpr std::int64_t kExpansion = 3;
    constexpr int kStages = 3;
    constexpr int kBlocks = 2;  ///< of a stage
    const bool inverted = kind != Kind::kSeparable;
    space::Network network{input, {}};
    add_layer(network, "stem", space::Conv2d::of(width, square(3, 2), false), true);
    std::int64_t channels = width;
    for (int stage = 0; stage < kStages; ++stage) {
        for (int block = 0; block < kBlocks; ++block) {
            const std::string name = "b" + std::to_string(stage * kBlocks + block);
            const std::int64_t stride = stage > 0 && block == 0 ? 2 : 1;
            const std::int64_t out = width * (stage == 0 ? 1 : stage == 1 ? 2 : 4);
            const space::Value before = network.nodes.size();
            if (inverted) {
                add_layer(network, name + ".expand",
                          space::Conv2d::of(channels * kExpansion, square(1, 1), false), true);
            }
            add_layer(network, name + ".depth",
                      space::DepthwiseConv2d::of(1, square(3, stride), false), true);
            add_layer(network, name + ".point", space::Conv2d::of(out, square(1, 1), false),
                      !inverted);
            if (kind == Kind::kResidual && stride == 1 && channels == out) {
                network.add(name + ".sum", space::Add{}, {before, network.nodes.size()});
            }
            channels = out;
        }
    }
    network.add("average", space::GlobalAveragePool{})
        .add("classifier", space::Dense{classes})
        .add("softmax", space::Softmax{});
    return network;
}

}  // namespace

std::vector<BenchNetwork> cell_networks(const std::vector<space::Shape>& inputs,
                                        const std::vector<std::int64_t>& kernels,
                                        const std::vector<std::int64_t>& cells,
                                        std::int64_t classes) {
    std::vector<BenchNetwork> networks;
    for (const space::Shape& input : inputs) {
        const space::CellSpace space{input, classes, 0.5};
        for (const std::int64_t k : kernels) {
            for (const std::int64_t c : cells) {
                if (c <= space.deepest()) {
                    const space::Candidate candidate{k, c};
                    networks.push_back(
                        {"cells", space::to_string(candidate), space.build(candidate)});
                }
            }
        }
    }
    return networks;
}

std::vector<BenchNetwork> block_networks(const std::vector<space::Shape>& inputs,
                                         std::int64_t classes) {
    std::vector<BenchNetwork> networks;
    for (const space::Shape& input : inputs) {
        for (const auto& kind : kKinds) {
            for (const std::int64_t width : {8, 16}) {
                networks.push_back({"blocks", std::string(kind.name) + " " + std::to_string(width),
                                    blocks(input, width, kind.kind, classes)});
            }
        }
    }
    return networks;
}

}  // namespace nanonas::train
