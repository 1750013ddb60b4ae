#include "train/engine/fast/network_plan.hpp"

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
    const auto* convolution = reader.take<space::Conv2d>();
    if (convolution == nullptr || !convolution->window().centred() ||
        (convolution->kernel != 1 && convolution->kernel != 3)) {
        return std::nullopt;
    }
    BlockPlan block;
    const space::Node& layer = reader.last();
    block.in = map_shape(layer.input);
    block.z = map_shape(layer.output);
    block.kernel = static_cast<Index>(convolution->kernel);
    block.weight = offsets.at(layer.name + ".weight");
    if (convolution->bias) {
        block.bias = offsets.at(layer.name + ".bias");
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
    if (reader.take<space::Relu>() == nullptr) {
        return std::nullopt;
    }
    if (const auto* pool = reader.take<space::MaxPool2d>()) {
        if (pool->size != 2) {
            return std::nullopt;
        }
        block.pool = true;
    }
    block.out = map_shape(reader.last().output);
    block.forward = plan_convolution(block.in, block.z.channels, block.kernel);
    block.backward = plan_convolution(block.z, block.in.channels, block.kernel);
    block.weight_gradient = plan_weight_gradient(block.in, block.z.channels, block.kernel);
    return block;
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
