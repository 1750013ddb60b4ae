#include <cmath>

#include "space/passes/passes.hpp"
#include "space/passes/rewrite.hpp"

namespace nanonas::space {

namespace {

/// w' = w f, b' = (b - mean) f + beta with f = gamma / sqrt(variance + epsilon), in double.
void fold_weights(const Node& layer, bool has_bias, const Node& norm, Weights& weights) {
    const auto take = [&](const char* suffix) {
        const auto found = weights.find(norm.name + suffix);
        std::vector<float> values = std::move(found->second.values);
        weights.erase(found);
        return values;
    };
    const std::vector<float> gamma = take(".weight"), beta = take(".bias"),
                             mean = take(".running_mean"), variance = take(".running_var");
    std::vector<float>& weight = weights.at(layer.name + ".weight").values;
    Tensor& bias = weights[layer.name + ".bias"];
    if (!has_bias) {
        bias = {{static_cast<std::int64_t>(gamma.size())}, std::vector<float>(gamma.size(), 0.0F)};
    }
    const std::size_t taps = weight.size() / gamma.size();
    for (std::size_t o = 0; o < gamma.size(); ++o) {
        const double factor =
            static_cast<double>(gamma[o]) /
            std::sqrt(static_cast<double>(variance[o]) + std::get<BatchNorm>(norm.op).epsilon);
        for (std::size_t tap = o * taps; tap < (o + 1) * taps; ++tap) {
            weight[tap] = static_cast<float>(static_cast<double>(weight[tap]) * factor);
        }
        const double centred = static_cast<double>(bias.values[o]) - static_cast<double>(mean[o]);
        bias.values[o] = static_cast<float>(centred * factor + static_cast<double>(beta[o]));
    }
}

}  // namespace

void fold_batch_norm(Network& network, Weights* weights) {
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        if (!std::holds_alternative<BatchNorm>(network.nodes[i].op)) {
            continue;
        }
        Node* const source = only_source(network, network.nodes[i]);
        bool* const bias = source == nullptr ? nullptr : bias_of(source->op);
        const bool dense = source != nullptr && std::holds_alternative<Dense>(source->op);
        if (bias == nullptr && !dense) {
            continue;
        }
        if (weights != nullptr) {
            fold_weights(*source, dense || *bias, network.nodes[i], *weights);
        }
        if (bias != nullptr) {
            *bias = true;
        }
        source->end = network.nodes[i].name;
        bypass(network, i--);
    }
}

}  // namespace nanonas::space
