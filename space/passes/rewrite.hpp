// What passes do to a graph.
#pragma once

#include "space/network.hpp"

namespace nanonas::space {

/// How many nodes read the value; being the network's output counts as one more.
std::size_t readers(const Network& network, Value value);

/// The node before this one, when it writes what this one reads and nothing else reads that; else
/// null.
Node* only_source(Network& network, const Node& node);

/// Takes the node out: who read what it wrote reads what it read.
void bypass(Network& network, std::size_t index);

}  // namespace nanonas::space
