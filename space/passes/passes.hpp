// From the network as it is trained to the one that a device runs: one ordered list of rewrites,
// the same before training, where only prices are asked for, and after it, where weights change
// too.
#pragma once

#include "space/network.hpp"
#include "space/trained_network.hpp"

namespace nanonas::space {

/// Takes out what acts in training only (Dropout) and a Softmax at the end: the order of the logits
/// is that of the probabilities.
void drop_identities(Network& network);

/// A batch norm that alone reads a convolution or dense layer becomes part of its weights and bias.
/// `weights` may be null.
void fold_batch_norm(Network& network, Weights* weights);

/// A ReLU that alone reads an operator with an activation becomes that.
void fuse_activation(Network& network);

/// Convolutions without a bias get one of zeros: what a device runs has one. `weights` may be null.
void add_bias(Network& network, Weights* weights);

/// All of them, in this order. What a pass cannot rewrite stays as it is: a backend that has no
/// place for it says so. With weights: those of the rewritten network, which have to fit the given
/// one (check_weights).
void lower(Network& network, Weights* weights = nullptr);

}  // namespace nanonas::space
