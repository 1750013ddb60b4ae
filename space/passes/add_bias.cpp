#include "space/passes/passes.hpp"

namespace nanonas::space {

void add_bias(Network& network, Weights* weights) {
    for (Node& node : network.nodes) {
        bool* const bias = bias_of(node.op);
        if (bias == nullptr || *bias) {
            continue;
        }
        *bias = true;
        if (weights != nullptr) {
            const std::int64_t outputs = node.output.channels;
            (*weights)[node.name + ".bias"] = {
                {outputs}, std::vector<float>(static_cast<std::size_t>(outputs), 0.0F)};
        }
    }
}

}  // namespace nanonas::space
