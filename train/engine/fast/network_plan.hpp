// What the fast engine knows about a network before the first step: its blocks, how each kernel is
// cut for this machine, and where each tensor lies in the flat parameter buffers.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "space/network.hpp"
#include "train/engine/fast/kernels/classifier.hpp"
#include "train/engine/fast/kernels/convolution.hpp"
#include "train/engine/fast/kernels/tap_convolution.hpp"
#include "train/engine/fast/kernels/weight_gradient.hpp"

namespace nanonas::train::lanes {

/// One tensor inside a flat buffer: the trainable ones share one, running statistics another.
struct Slot {
    std::string name;
    std::vector<std::int64_t> shape;
    bool trainable = true;
    Index offset = 0;
    Index count = 0;
};

/// 3x3 of stride 1, or any other.
using AnyConvolution = std::variant<ConvolutionPlan, TapConvolutionPlan>;

/// Output channels of the register blocks.
const std::vector<Index>& blocks_of(const AnyConvolution& convolution);
Index packed_size(const AnyConvolution& convolution);

/// Convolution, batch norm, ReLU or nothing, and what the next block sees of it.
struct BlockPlan {
    MapShape in;
    MapShape z;    ///< after the convolution
    MapShape out;  ///< after the pooling, or z
    space::Window window;
    Index multiplier = 0;  ///< of a depthwise convolution; 0: it reads all channels
    bool relu = true;
    bool pool = false;
    double epsilon = 1e-3;
    double momentum = 0.1;
    AnyConvolution forward;
    AnyConvolution backward;  ///< of the gradient to the input
    WeightGradientPlan weight_gradient;
    // Offsets of its tensors.
    Index weight = 0, gamma = 0, beta = 0;
    Index bias = -1;  ///< -1: none
    Index running_mean = 0, running_var = 0;
};

struct NetworkPlan {
    space::Network network;
    std::vector<BlockPlan> blocks;
    DenseShape dense;
    Index dense_weight = 0, dense_bias = 0;
    double dropout_rate = 0.0;
    std::size_t dropout_layer = 0;  ///< index in the network, when dropout_rate > 0
    std::vector<Slot> slots;        ///< in the order of space::parameters
    Index trainable = 0;            ///< floats; those under weight decay come first:
    Index decayed = 0;
    Index running = 0;
};

/// Chains of [convolution or depthwise convolution, batch norm, ReLU or nothing, 2x2 maximum or
/// nothing], the last block without the maximum, then global average, dropout or nothing, dense,
/// softmax. Nothing for any other network.
std::optional<NetworkPlan> plan_network(const space::Network& network);

/// The layer at which a network stops being such a chain, as text.
std::string where_plan_ends(const space::Network& network);

}  // namespace nanonas::train::lanes
