// Network: the only description of a net. A search space makes it, a cost model prices it, a
// trainer fills it with weights, a quantizer rounds it, a writer ships it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "space/op/op.hpp"
#include "space/shapes.hpp"

namespace nanonas::space {

/// What a node reads: 0 is the network's input, i + 1 what node i writes.
using Value = std::size_t;

/// An operator in its place: what it reads and the shape it writes.
struct Node {
    std::string name;  ///< unique, dotted: "stem.conv", "cell2.bn", "classifier"
    Op op;
    Shape input;  ///< of the first value it reads
    Shape output;
    std::vector<Value> inputs;
    std::string end = {};  ///< of the last node that passes made a part of this one; empty: none
};

/// Operators in the order they run: a directed graph without cycles, whose last node writes the
/// output.
struct Network {
    Shape input;
    std::vector<Node> nodes;

    Shape output() const { return nodes.empty() ? input : nodes.back().output; }
    std::int64_t classes() const { return output().channels; }
    const Shape& shape(Value value) const { return value == 0 ? input : nodes[value - 1].output; }

    /// Appends a node that reads the last value: a chain. Throws NetworkError when the shapes do
    /// not meet or the name is empty or taken.
    Network& add(std::string name, Op op);
    /// The same for any values; what it writes. Throws NetworkError for a value that is not there
    /// or a number of them that the operator does not read, too.
    Value add(std::string name, Op op, std::vector<Value> inputs);
};

/// Throws NetworkError naming the first node that does not read what the node before it wrote.
void require_chain(const Network& network);

/// The same operators, names and values.
bool operator==(const Network& a, const Network& b);

/// The tensors of one node, and of all nodes in order, named "<node>.weight"; empty for nodes
/// without any.
std::vector<ParameterSpec> parameters(const Node& node);
std::vector<ParameterSpec> parameters(const Network& network);

/// Multiply-accumulates for one image.
std::int64_t macc(const Node& node);
std::int64_t macc(const Network& network);

}  // namespace nanonas::space
