#include "space/passes/passes.hpp"

namespace nanonas::space {

void add_bias(Network& network, Weights* weights) {
    for (Node& node : network.nodes) {
        auto* const conv = std::get_if<Conv2d>(&node.op);
        if (conv == nullptr || conv->bias) {
            continue;
        }
        conv->bias = true;
        if (weights != nullptr) {
            const auto outputs = static_cast<std::size_t>(conv->out_channels);
            (*weights)[node.name + ".bias"] = {{conv->out_channels},
                                               std::vector<float>(outputs, 0.0F)};
        }
    }
}

}  // namespace nanonas::space
