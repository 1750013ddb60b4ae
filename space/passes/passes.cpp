#include "space/passes/passes.hpp"

namespace nanonas::space {

void lower(Network& network, Weights* weights) {
    drop_identities(network);
    fold_batch_norm(network, weights);
    fuse_activation(network);
    add_bias(network, weights);
}

}  // namespace nanonas::space
