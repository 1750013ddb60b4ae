#include "train/engine/fast/network_plan.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

namespace nanonas::train::lanes {

namespace {

MapShape map_shape(const space::Shape& shape) {
    return {static_cast<Index>(shape.channels), static_cast<Index>(shape.height),
            static_cast<Index>(shape.width)};
}

/// Reads the layers of a chain one after the other, asking for a kind at a time.
class Reader {
  public:
    explicit Reader(const space::Network& network) : nodes_(network.nodes) {}

    template <typename Kind>
    const Kind* take() {
        looked_at_ = next_;
        if (done()) {
            return nullptr;
        }
        const bool next_in_chain = nodes_[next_].inputs == std::vector<space::Value>{next_};
        const Kind* kind = next_in_chain ? std::get_if<Kind>(&nodes_[next_].op) : nullptr;
        if (kind != nullptr) {
            ++next_;
        }
        return kind;
    }

    bool done() const { return next_ == nodes_.size(); }
    const space::Node& last() const { return nodes_[next_ - 1]; }
    std::size_t last_index() const { return next_ - 1; }
    /// The layer take() looked at last, whether it took it or not; null: the end.
    const space::Node* looked_at() const {
        return looked_at_ < nodes_.size() ? &nodes_[looked_at_] : nullptr;
    }

  private:
    const std::vector<space::Node>& nodes_;
    std::size_t next_ = 0;
    std::size_t looked_at_ = 0;
};

using Offsets = std::map<std::string, Index>;

/// Convolution and dense weights, which weight decay shrinks, come first.
Offsets place_parameters(NetworkPlan& plan) {
    Offsets offsets;
    for (const bool decayed : {true, false}) {
        for (const space::Node& layer : plan.network.nodes) {
            const bool weighted = std::holds_alternative<space::Conv2d>(layer.op) ||
                                  std::holds_alternative<space::DepthwiseConv2d>(layer.op) ||
                                  std::holds_alternative<space::Dense>(layer.op);
            for (const space::ParameterSpec& spec : space::parameters(layer)) {
                if ((weighted && spec.name == layer.name + ".weight") != decayed) {
                    continue;
                }
                Index& end = spec.trainable ? plan.trainable : plan.running;
                offsets[spec.name] = end;
                end += static_cast<Index>(std::accumulate(spec.shape.begin(), spec.shape.end(),
                                                          std::int64_t{1}, std::multiplies<>()));
            }
        }
        if (decayed) {
            plan.decayed = plan.trainable;
        }
    }
    for (const space::ParameterSpec& spec : space::parameters(plan.network)) {
        plan.slots.push_back(
            {spec.name, spec.shape, spec.trainable, offsets.at(spec.name),
             static_cast<Index>(std::accumulate(spec.shape.begin(), spec.shape.end(),
                                                std::int64_t{1}, std::multiplies<>()))});
    }
    return offsets;
}

std::optional<BlockPlan> read_block(Reader& reader, const Offsets& offsets) {
    BlockPlan block;
    if (const auto* convolution = reader.take<space::Conv2d>()) {
        block.window = convolution->window();
    } else if (const auto* depthwise = reader.take<space::DepthwiseConv2d>()) {
        block.window = depthwise->window();
        block.multiplier = static_cast<Index>(depthwise->multiplier);
    } else {
        return std::nullopt;
    }
    const space::Node& layer = reader.last();
    block.in = map_shape(layer.input);
    block.z = map_shape(layer.output);
    block.weight = offsets.at(layer.name + ".weight");
    if (const auto bias = offsets.find(layer.name + ".bias"); bias != offsets.end()) {
        block.bias = bias->second;
    }
    const auto* norm = reader.take<space::BatchNorm>();
    if (norm == nullptr) {
        return std::nullopt;
    }
    const std::string& name = reader.last().name;
    block.epsilon = norm->epsilon;
    block.momentum = norm->momentum;
    block.gamma = offsets.at(name + ".weight");
    block.beta = offsets.at(name + ".bias");
    block.running_mean = offsets.at(name + ".running_mean");
    block.running_var = offsets.at(name + ".running_var");
    block.relu = reader.take<space::Relu>() != nullptr;
    if (const auto* pool = reader.take<space::MaxPool2d>()) {
        if (!(pool->tiles() && pool->size == 2)) {
            return std::nullopt;
        }
        block.pool = true;
    }
    block.out = map_shape(reader.last().output);
    return block;
}

/// Pixels around each map: what the windows that read it reach, forward and backward, and at least
/// the one of the 3x3 kernels. A map and its gradient lie in the same place, and what two blocks
/// share has one shape.
void set_borders(std::vector<BlockPlan>& blocks) {
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        BlockPlan& block = blocks[b];
        block.in.border =
            std::max(block.in.border, forward_taps(block.window, block.in, block.z).border());
        if (b > 0) {
            block.z.border =
                std::max(block.z.border, backward_taps(block.window, block.z, block.in).border());
        }
    }
    for (std::size_t b = 0; b + 1 < blocks.size(); ++b) {
        MapShape& next = blocks[b + 1].in;
        if (!blocks[b].pool) {
            next.border = std::max(next.border, blocks[b].z.border);
            blocks[b].z.border = next.border;
        }
        blocks[b].out.border = next.border;
    }
    blocks.back().out.border = blocks.back().z.border;
}

void plan_kernels(BlockPlan& block) {
    const space::Window& window = block.window;
    // On one pixel eight of nine taps would meet the border.
    const bool pixel = block.in.height == 1 && block.in.width == 1;
    const bool plain = block.multiplier == 0 && window.centred() && window.height == 3 &&
                       window.stride_height == 1 && !pixel;
    if (plain) {
        block.forward = plan_convolution(block.in, block.z);
        block.backward = plan_convolution(block.z, block.in);
    } else {
        block.forward = plan_forward(window, block.multiplier, block.in, block.z);
        block.backward = plan_backward(window, block.multiplier, block.z, block.in);
    }
    block.weight_gradient = plan_weight_gradient(window, block.multiplier, block.in, block.z);
}

std::optional<NetworkPlan> read_network(const space::Network& network, Reader& reader) {
    NetworkPlan plan;
    plan.network = network;
    const Offsets offsets = place_parameters(plan);
    while (reader.take<space::GlobalAveragePool>() == nullptr) {
        std::optional<BlockPlan> block = read_block(reader, offsets);
        if (!block) {
            return std::nullopt;
        }
        plan.blocks.push_back(std::move(*block));
    }
    if (plan.blocks.empty() || plan.blocks.back().pool) {
        return std::nullopt;
    }
    set_borders(plan.blocks);
    std::for_each(plan.blocks.begin(), plan.blocks.end(), plan_kernels);
    if (const auto* dropout = reader.take<space::Dropout>()) {
        if (dropout->rate < 0.0 || dropout->rate >= 1.0) {
            return std::nullopt;
        }
        plan.dropout_rate = dropout->rate;
        plan.dropout_layer = reader.last_index();
    }
    if (reader.take<space::Dense>() == nullptr) {
        return std::nullopt;
    }
    const space::Node& layer = reader.last();
    plan.dense = {static_cast<Index>(layer.input.channels),
                  static_cast<Index>(layer.output.channels)};
    plan.dense_weight = offsets.at(layer.name + ".weight");
    plan.dense_bias = offsets.at(layer.name + ".bias");
    if (reader.take<space::Softmax>() == nullptr || !reader.done()) {
        return std::nullopt;
    }
    return plan;
}

}  // namespace

const std::vector<Index>& blocks_of(const AnyConvolution& convolution) {
    return std::visit([](const auto& plan) -> const std::vector<Index>& { return plan.blocks; },
                      convolution);
}

Index packed_size(const AnyConvolution& convolution) {
    return std::visit([](const auto& plan) { return plan.packed_size(); }, convolution);
}

std::optional<NetworkPlan> plan_network(const space::Network& network) {
    Reader reader(network);
    return read_network(network, reader);
}

std::string where_plan_ends(const space::Network& network) {
    Reader reader(network);
    read_network(network, reader);
    const space::Node* layer = reader.looked_at();
    return layer == nullptr ? "the end" : "layer '" + layer->name + "'";
}

}  // namespace nanonas::train::lanes
