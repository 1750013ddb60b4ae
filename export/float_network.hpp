// The float network as a device runs it: lowered (space/passes), with the weights that belong to
// it. Calibration, the int8 network and the float formats read it.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "space/trained_network.hpp"

namespace nanonas::exporting {

/// A lowered network whose weights have batch norm folded in.
struct FloatNetwork {
    space::Network network;  ///< lowered; the last node writes the logits
    space::Weights weights;  ///< of `network`
    space::Preprocess preprocess;
    /// The largest value that a node writes, by its name: a ReLU6 of an imported file.
    std::map<std::string, float> ceilings = {};

    /// Infinite for a node without one.
    float ceiling(const space::Node& node) const;
};

/// A convolution (zero padding) or dense layer (a 1x1 window), its weights in the order devices
/// read them.
struct FloatLinear {
    std::string name;
    bool dense = false;
    bool relu = false;
    space::Window window;
    std::int64_t depth = 1;  ///< input channels that an output reads
    space::Shape input, output;
    std::vector<float> weights;                              ///< [out][height][width][depth]
    std::vector<float> bias;                                 ///< [out]
    float ceiling = std::numeric_limits<float>::infinity();  ///< largest value it writes

    std::int64_t taps() const { return window.area() * depth; }
};

/// Throws NetworkError when weights do not match, ExportError naming the layer for an order that
/// passes cannot lower (batch norm or ReLU after a pool, batch norm after ReLU, softmax before the
/// end) and for weights that are not finite once batch norm is folded in.
FloatNetwork float_network(const space::TrainedNetwork& trained);

/// Throws as float_network() does, for a network that is lowered already.
void check_float(const FloatNetwork& network);

/// Whether it has weights to multiply by.
bool is_linear(const space::Op& op);
/// Throws ExportError unless is_linear(node.op).
FloatLinear linear_of(const FloatNetwork& network, const space::Node& node);

}  // namespace nanonas::exporting
