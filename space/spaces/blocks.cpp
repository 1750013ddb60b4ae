#include "space/spaces/blocks.hpp"

#include <algorithm>

namespace nanonas::space {
namespace {

constexpr double kDropout = 0.2;

enum class Block { kConv, kSeparable, kInverted };

/// A candidate's values by name.
struct Choices {
    std::int64_t resolution, stem_width, kernel, expansion, stages;
    bool pooled_stem, pooled, residual;
    struct Stage {
        Block block;
        std::int64_t width, depth;
    };
    std::vector<Stage> stage;

    explicit Choices(const Candidate& candidate) {
        std::size_t next = 0;
        const auto value = [&] { return candidate.at[next++]; };
        resolution = value();
        pooled_stem = value() == 1;
        stem_width = value();
        pooled = value() == 1;
        kernel = value();
        expansion = value();
        residual = value() == 1;
        stages = value();
        for (std::int64_t i = 0; i < stages; ++i) {
            const auto block = static_cast<Block>(value());
            const std::int64_t width = value();
            stage.push_back({block, width, value()});
        }
    }
};

/// Appends to a network, block by block.
class Builder {
  public:
    Builder(Network& network, const Choices& choices) : network_(network), choices_(choices) {}

    void stem() {
        convolve("stem", choices_.stem_width, 3, choices_.pooled_stem ? 1 : 2);
        relu("stem");
        if (choices_.pooled_stem) {
            network_.add("stem.pool", MaxPool2d{});
        }
    }

    void block(const std::string& name, Block kind, std::int64_t width, std::int64_t stride) {
        const Value before = last();
        const std::int64_t read = network_.output().channels;
        switch (kind) {
            case Block::kConv:
                convolve(name, width, 3, stride);
                break;
            case Block::kSeparable:
                depthwise(name + ".depthwise", stride);
                convolve(name, width, 1, 1);
                break;
            case Block::kInverted:
                if (choices_.expansion > 1) {
                    convolve(name + ".expand", read * choices_.expansion, 1, 1);
                    relu(name + ".expand");
                }
                depthwise(name + ".depthwise", stride);
                convolve(name, width, 1, 1);
                break;
        }
        if (choices_.residual && network_.shape(before) == network_.output()) {
            network_.add(name + ".add", Add{}, {before, last()});
        }
        // What is added on and on stays a sum: inverted residuals are linear at their ends.
        if (kind != Block::kInverted) {
            relu(name);
        }
    }

  private:
    Value last() const { return network_.nodes.size(); }

    void convolve(const std::string& name, std::int64_t width, std::int64_t side,
                  std::int64_t stride) {
        const Window window{side, side, stride, stride, Padding::kSame};
        network_.add(name + ".conv", Conv2d::of(width, window, false))
            .add(name + ".bn", BatchNorm{});
    }

    void depthwise(const std::string& name, std::int64_t stride) {
        const Window window{choices_.kernel, choices_.kernel, stride, stride, Padding::kSame};
        network_.add(name + ".conv", DepthwiseConv2d::of(1, window, false))
            .add(name + ".bn", BatchNorm{});
        relu(name);
    }

    void relu(const std::string& name) { network_.add(name + ".relu", Relu{}); }

    Network& network_;
    const Choices& choices_;
};

std::int64_t share_of(std::int64_t side, std::int64_t per_cent) {
    return std::max<std::int64_t>(1, (side * per_cent + 50) / 100);
}

}  // namespace

std::vector<Axis> BlockSpace::axes() const {
    std::vector<Axis> axes{{"resolution", 40, 100, 10},
                           choice_axis("stem", {"stride", "pool"}),
                           {"stem_width", 4, 24, 4},
                           choice_axis("down", {"stride", "pool"}),
                           {"kernel", 3, 7, 2},
                           {"expansion", 1, 4},
                           choice_axis("residual", {"no", "yes"}),
                           {"stages", 2, kStages}};
    for (std::int64_t i = 1; i <= kStages; ++i) {
        const std::string number = std::to_string(i);
        axes.push_back(choice_axis("block" + number, {"conv", "separable", "inverted"}));
        axes.push_back({"width" + number, 8, 160, 4});
        axes.push_back({"depth" + number, 1, 4});
    }
    return axes;
}

Network BlockSpace::build(const Candidate& candidate) const {
    require_on_axes(candidate, axes());
    const Choices choices(candidate);
    Network network{{share_of(input.height, choices.resolution),
                     share_of(input.width, choices.resolution), input.channels},
                    {}};
    Builder builder(network, choices);
    builder.stem();
    for (std::size_t i = 0; i < choices.stage.size(); ++i) {
        const auto& stage = choices.stage[i];
        const std::string name = "stage" + std::to_string(i + 1);
        if (i > 0 && choices.pooled) {
            network.add(name + ".pool", MaxPool2d{});
        }
        for (std::int64_t block = 1; block <= stage.depth; ++block) {
            const bool halves = i > 0 && block == 1 && !choices.pooled;
            builder.block(name + ".block" + std::to_string(block), stage.block, stage.width,
                          halves ? 2 : 1);
        }
    }
    return network.add("average", GlobalAveragePool{})
        .add("dropout", Dropout{kDropout})
        .add("classifier", Dense{classes})
        .add("softmax", Softmax{});
}

}  // namespace nanonas::space
