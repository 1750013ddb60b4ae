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
#include "train/engine/fast/kernels/map_operators.hpp"
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

/// What a step reads. The gradient of a value is the sum of what its readers give back, the last
/// reader first.
struct Read {
    std::size_t value = 0;
    bool first = false;  ///< gives the first part: what the map held before does not count
    bool last = false;   ///< gives the last part
    bool taken = false;  ///< the first part is the gradient of what the step writes, where it lies
};

/// A map between steps. Value 0 is the network's input.
struct ValuePlan {
    MapShape shape;
    std::optional<std::size_t> block = {};  ///< that writes it
    bool trained = false;                   ///< weights lie before it: its gradient is needed
    // Of a group's maps; none where the average is taken of what never is stored.
    std::optional<std::size_t> map = {};
    std::optional<std::size_t> gradient = {};  ///< the same one where nobody needs both
};

/// How a block goes from the gradient of what it writes to those of its weights and of its input:
/// part by part where it can, so that a part is in the cache for all that is done with it, and
/// what is made of it for the convolution's output is written nowhere else.
enum class BackwardOrder {
    kWhole,     ///< the weights' first, then the input's
    kRows,      ///< 1x1: some rows of all channels at a time
    kChannels,  ///< depthwise: some input channels at a time
};

/// Convolution, batch norm, the sum with another map or nothing, ReLU or nothing, and what the next
/// step sees of it.
struct BlockPlan {
    Read input;
    std::optional<Read> skip;  ///< the other map of a sum
    std::size_t output = 0;
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
    AnyConvolution backward;  ///< of the gradient to the input; it reads part_of_dz
    BackwardOrder order = BackwardOrder::kWhole;
    MapShape part_of_dz;  ///< `z` where the order is kWhole
    WeightGradientPlan weight_gradient;
    // Offsets of its tensors.
    Index weight = 0, gamma = 0, beta = 0;
    Index bias = -1;  ///< -1: none
    Index running_mean = 0, running_var = 0;
};

struct BlockStep {
    std::size_t block = 0;
};

/// What has no weights and is no part of a block: a sum, ReLU, padding, a pool.
struct MapStep {
    space::Op op;
    std::vector<Read> inputs;
    std::size_t output = 0;
    PoolPlan pool = {};  ///< of a pool
};

using Step = std::variant<BlockStep, MapStep>;

struct NetworkPlan {
    space::Network network;
    std::vector<Step> steps;  ///< in the order they run
    std::vector<BlockPlan> blocks;
    std::vector<ValuePlan> values;
    std::vector<MapShape> maps;  ///< of each group
    Read average;                ///< what the global average reads
    bool fused_average = false;  ///< it is taken of what the last block never stores
    DenseShape dense;
    Index dense_weight = 0, dense_bias = 0;
    double dropout_rate = 0.0;
    std::size_t dropout_layer = 0;  ///< index in the network, when dropout_rate > 0
    std::vector<Slot> slots;        ///< in the order of space::parameters
    Index trainable = 0;            ///< floats; those under weight decay come first:
    Index decayed = 0;
    Index running = 0;
};

/// Floats of a block's input and output, up to which it goes backward as fast in one piece.
inline constexpr Index kCachedFloats = 262144;

/// Graphs of blocks [convolution or depthwise convolution, batch norm, ReLU or nothing], sums,
/// ReLU, pads and pools, whose end is global average, dropout or nothing, dense, softmax. Nothing
/// for any other network.
/// What it computes does not depend on `cached`.
std::optional<NetworkPlan> plan_network(const space::Network& network,
                                        Index cached = kCachedFloats);

/// The layer at which a network stops being such a graph, as text.
std::string where_plan_ends(const space::Network& network);

/// Which parts of gradients each step gives, where values and gradients lie, and with how much
/// around them.
void place_maps(NetworkPlan& plan);

}  // namespace nanonas::train::lanes
