#include "space/passes/passes.hpp"
#include "space/passes/rewrite.hpp"

namespace nanonas::space {

void fuse_activation(Network& network) {
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const Node& node = network.nodes[i];
        if (!std::holds_alternative<Relu>(node.op)) {
            continue;
        }
        Node* const source = only_source(network, node);
        Activation* const activation = source == nullptr ? nullptr : activation_of(source->op);
        if (activation != nullptr) {  // a second ReLU changes nothing
            *activation = Activation::kRelu;
            source->end = node.name;
            bypass(network, i--);
        }
    }
}

}  // namespace nanonas::space
