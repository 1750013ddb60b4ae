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

// Of a core's second-level cache, what the parts may take that a block goes backward by: rows of
// all channels of its input and output; channels of dz, as much as of four other maps.
constexpr Index kRowsFloats = 131072;
constexpr Index kChannelsFloats = 32768;

BackwardOrder order_of(const NetworkPlan& plan, const BlockPlan& block, Index cached) {
    // A block that adds its own input gives it a part of the gradient that must not come second.
    const bool adds_input = block.skip && block.skip->value == block.input.value;
    if (!plan.values[block.input.value].trained || adds_input ||
        block.in.size() + block.z.size() <= cached) {
        return BackwardOrder::kWhole;
    }
    if (block.multiplier != 0) {
        return BackwardOrder::kChannels;
    }
    return block.window.area() == 1 && block.window.stride_height == 1 &&
                   block.window.stride_width == 1
               ? BackwardOrder::kRows
               : BackwardOrder::kWhole;
}

void plan_kernels(const NetworkPlan& plan, Index cached, BlockPlan& block) {
    const space::Window& window = block.window;
    block.weight_gradient = plan_weight_gradient(window, block.multiplier, block.in, block.z);
    block.order = order_of(plan, block, cached);
    block.part_of_dz = block.z;
    if (block.order == BackwardOrder::kRows) {
        const Index row = (block.in.channels + block.z.channels) * block.z.width * kLanes;
        block.part_of_dz.height =
            std::min(std::max(Index{2}, kRowsFloats / row / 2 * 2), block.z.height);
        block.part_of_dz.border = 0;
    } else if (block.order == BackwardOrder::kChannels) {
        const Index inputs = kChannelsFloats / (block.multiplier * block.z.plane());
        block.part_of_dz.channels =
            block.multiplier * std::clamp(inputs, Index{1}, block.in.channels);
    }
    // On one pixel eight of nine taps would meet the border.
    const bool pixel = block.in.height == 1 && block.in.width == 1;
    const bool plain = block.multiplier == 0 && window.centred() && window.height == 3 &&
                       window.stride_height == 1 && !pixel;
    if (plain) {
        block.forward = plan_convolution(block.in, block.z);
        block.backward = plan_convolution(block.z, block.in);
        return;
    }
    block.forward = plan_forward(window, block.multiplier, block.in, block.z);
    TapConvolutionPlan backward = plan_backward(window, block.multiplier, block.z, block.in);
    if (block.order == BackwardOrder::kRows) {
        backward.taps.in = block.part_of_dz;
    }
    block.backward = std::move(backward);
}

/// Reads a graph node by node, in their order.
class Reader {
  public:
    explicit Reader(const space::Network& network)
        : nodes_(network.nodes),
          readers_(nodes_.size() + 1),
          value_of_(nodes_.size() + 1),
          taken_(nodes_.size()) {
        plan_.network = network;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            for (const space::Value value : nodes_[i].inputs) {
                readers_[value].push_back(i);
            }
        }
        plan_.values.push_back({map_shape(network.input)});
        value_of_[0] = 0;
        offsets_ = place_parameters(plan_);
    }

    std::optional<NetworkPlan> read() {
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (!taken_[i] && !read_node(i)) {
                return std::nullopt;
            }
        }
        looked_at_ = nodes_.size();
        if (!ended_ || plan_.blocks.empty()) {
            return std::nullopt;
        }
        return std::move(plan_);
    }

    /// The layer that was looked at last; null: the end.
    const space::Node* looked_at() const {
        return looked_at_ < nodes_.size() ? &nodes_[looked_at_] : nullptr;
    }

  private:
    bool read_node(std::size_t i) {
        looked_at_ = i;
        const space::Op& op = nodes_[i].op;
        taken_[i] = true;
        if (readers_[i + 1].empty()) {
            return false;  // only the end is read by nobody
        }
        if (std::holds_alternative<space::Conv2d>(op) ||
            std::holds_alternative<space::DepthwiseConv2d>(op)) {
            return read_block(i);
        }
        if (std::holds_alternative<space::GlobalAveragePool>(op)) {
            return read_end(i);
        }
        if (std::holds_alternative<space::Add>(op) && read_skip(i)) {
            return true;
        }
        return read_map_step(i);
    }

    /// The node that alone reads the value, if it is one of the kind and `fits`; `value` becomes
    /// what it writes.
    template <typename Kind, typename Fits>
    const Kind* take(space::Value& value, Fits fits) {
        const std::vector<std::size_t>& readers = readers_[value];
        looked_at_ = readers.empty() ? value : readers.front();
        if (readers.size() != 1) {
            return nullptr;
        }
        const auto* kind = std::get_if<Kind>(&nodes_[readers.front()].op);
        if (kind == nullptr || !fits(*kind)) {
            return nullptr;
        }
        taken_[readers.front()] = true;
        value = readers.front() + 1;
        return kind;
    }
    template <typename Kind>
    const Kind* take(space::Value& value) {
        return take<Kind>(value, [](const Kind&) { return true; });
    }

    std::size_t add_value(space::Value value, std::optional<std::size_t> block) {
        plan_.values.push_back({map_shape(nodes_[value - 1].output), block});
        value_of_[value] = plan_.values.size() - 1;
        return value_of_[value];
    }

    bool read_block(std::size_t i) {
        const space::Node& layer = nodes_[i];
        BlockPlan block;
        block.input.value = value_of_[layer.inputs.front()];
        block.window = space::window_of(layer.op);
        if (const auto* depthwise = std::get_if<space::DepthwiseConv2d>(&layer.op)) {
            block.multiplier = static_cast<Index>(depthwise->multiplier);
        }
        block.weight = offsets_.at(layer.name + ".weight");
        if (const auto bias = offsets_.find(layer.name + ".bias"); bias != offsets_.end()) {
            block.bias = bias->second;
        }
        block.z = map_shape(layer.output);
        space::Value value = i + 1;
        const auto* norm = take<space::BatchNorm>(value);
        if (norm == nullptr) {
            return false;
        }
        const std::string& name = nodes_[value - 1].name;
        block.epsilon = norm->epsilon;
        block.momentum = norm->momentum;
        block.gamma = offsets_.at(name + ".weight");
        block.beta = offsets_.at(name + ".bias");
        block.running_mean = offsets_.at(name + ".running_mean");
        block.running_var = offsets_.at(name + ".running_var");
        block.relu = take<space::Relu>(value) != nullptr;
        block.pool = take<space::MaxPool2d>(value, [](const space::MaxPool2d& pool) {
                         return pool.tiles() && pool.size == 2;
                     }) != nullptr;
        block.output = add_value(value, plan_.blocks.size());
        plan_.steps.emplace_back(BlockStep{plan_.blocks.size()});
        plan_.blocks.push_back(std::move(block));
        return true;
    }

    /// A sum of what the last step alone made for it and another map is a part of that step.
    bool read_skip(std::size_t i) {
        const auto* step =
            plan_.steps.empty() ? nullptr : std::get_if<BlockStep>(&plan_.steps.back());
        if (step == nullptr) {
            return false;
        }
        BlockPlan& block = plan_.blocks[step->block];
        for (std::size_t own = 0; own < 2; ++own) {
            const space::Value value = nodes_[i].inputs[own];
            if (value_of_[value] != block.output || readers_[value].size() != 1 || block.relu ||
                block.pool || block.skip) {
                continue;
            }
            block.skip = Read{value_of_[nodes_[i].inputs[1 - own]]};
            space::Value sum = i + 1;
            block.relu = take<space::Relu>(sum) != nullptr;
            value_of_[sum] = block.output;
            return true;
        }
        return false;
    }

    bool read_map_step(std::size_t i) {
        const space::Node& node = nodes_[i];
        MapStep step{node.op, {}};
        for (const space::Value value : node.inputs) {
            step.inputs.push_back(Read{value_of_[value]});
        }
        if (const auto* maximum = std::get_if<space::MaxPool2d>(&node.op)) {
            step.pool.window = maximum->window();
            step.pool.maximum = true;
        } else if (const auto* mean = std::get_if<space::AveragePool2d>(&node.op)) {
            step.pool.window = mean->window();
        } else if (!(std::holds_alternative<space::Add>(node.op) ||
                     std::holds_alternative<space::Relu>(node.op) ||
                     std::holds_alternative<space::Pad>(node.op)) ||
                   space::activation_of(node.op) != space::Activation::kNone) {
            return false;
        }
        step.output = add_value(i + 1, std::nullopt);
        plan_.steps.emplace_back(std::move(step));
        return true;
    }

    /// From the global average on.
    bool read_end(std::size_t i) {
        plan_.average.value = value_of_[nodes_[i].inputs.front()];
        space::Value value = i + 1;
        if (const auto* dropout = take<space::Dropout>(value)) {
            if (dropout->rate < 0.0 || dropout->rate >= 1.0) {
                return false;
            }
            plan_.dropout_rate = dropout->rate;
            plan_.dropout_layer = value - 1;
        }
        if (take<space::Dense>(value) == nullptr) {
            return false;
        }
        const space::Node& layer = nodes_[value - 1];
        plan_.dense = {static_cast<Index>(layer.input.channels),
                       static_cast<Index>(layer.output.channels)};
        plan_.dense_weight = offsets_.at(layer.name + ".weight");
        plan_.dense_bias = offsets_.at(layer.name + ".bias");
        ended_ = take<space::Softmax>(value) != nullptr && value == nodes_.size();
        return ended_;
    }

    const std::vector<space::Node>& nodes_;
    std::vector<std::vector<std::size_t>> readers_;  ///< of each of the network's values
    std::vector<std::size_t> value_of_;              ///< the plan's, of those between steps
    std::vector<bool> taken_;
    Offsets offsets_;
    NetworkPlan plan_;
    std::size_t looked_at_ = 0;
    bool ended_ = false;
};

}  // namespace

const std::vector<Index>& blocks_of(const AnyConvolution& convolution) {
    return std::visit([](const auto& plan) -> const std::vector<Index>& { return plan.blocks; },
                      convolution);
}

Index packed_size(const AnyConvolution& convolution) {
    return std::visit([](const auto& plan) { return plan.packed_size(); }, convolution);
}

std::optional<NetworkPlan> plan_network(const space::Network& network, Index cached) {
    std::optional<NetworkPlan> plan = Reader(network).read();
    if (plan) {
        place_maps(*plan);
        for (BlockPlan& block : plan->blocks) {
            plan_kernels(*plan, cached, block);
        }
    }
    return plan;
}

std::string where_plan_ends(const space::Network& network) {
    Reader reader(network);
    reader.read();
    const space::Node* layer = reader.looked_at();
    return layer == nullptr ? "the end" : "layer '" + layer->name + "'";
}

}  // namespace nanonas::train::lanes
