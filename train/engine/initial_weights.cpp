#include <cmath>
#include <cstddef>

#include "space/random.hpp"
#include "train/engine/engine.hpp"

namespace nanonas::train {

namespace {

/// Glorot, Bengio 2010: uniform in [-l, l], l = sqrt(6 / (fan in + fan out)); `shape` is
/// [out][in] or [out][in][kernel][kernel].
space::Tensor glorot_uniform(const std::vector<std::int64_t>& shape, Rng rng) {
    std::int64_t window = 1;
    for (std::size_t axis = 2; axis < shape.size(); ++axis) {
        window *= shape[axis];
    }
    const auto fans = static_cast<double>((shape[0] + shape[1]) * window);
    const double limit = std::sqrt(6.0 / fans);
    space::Tensor tensor{shape, {}};
    tensor.values.resize(static_cast<std::size_t>(shape[0] * shape[1] * window));
    for (float& value : tensor.values) {
        value = static_cast<float>(rng.uniform(-limit, limit));
    }
    return tensor;
}

space::Tensor filled(const std::vector<std::int64_t>& shape, float value) {
    return {shape, std::vector<float>(static_cast<std::size_t>(shape[0]), value)};
}

}  // namespace

space::Weights initial_weights(const space::Network& network, std::uint64_t seed) {
    space::Weights weights;
    for (std::size_t index = 0; index < network.nodes.size(); ++index) {
        const space::Node& layer = network.nodes[index];
        // A layer's parameters in order: matrix first, then vectors; see space::parameters.
        const bool normalizes = std::holds_alternative<space::BatchNorm>(layer.op) ||
                                std::holds_alternative<space::ChannelMul>(layer.op);
        for (const space::ParameterSpec& spec : space::parameters(layer)) {
            const bool is_scale = normalizes && (spec.name == layer.name + ".weight" ||
                                                 spec.name == layer.name + ".running_var");
            weights[spec.name] =
                spec.shape.size() > 1
                    ? glorot_uniform(spec.shape, Rng(derive_seed(seed, "initial", index)))
                    : filled(spec.shape, is_scale ? 1.0F : 0.0F);
        }
    }
    return weights;
}

}  // namespace nanonas::train
