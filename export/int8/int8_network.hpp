// The int8 network: integers only, as TFLite's int8 specification defines them (Jacob et al. 2018).
//
// r = S (q - Z). Activations: per tensor, Z in [-128, 127], the range contains 0. Weights: per
// output channel, symmetric, [-127, 127]. Bias: int32 at S_in * S_w, Z = 0. Accumulators: int32.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "space/network.hpp"
#include "space/preprocess.hpp"

namespace nanonas::exporting {

/// r = scale (q - zero_point).
struct QuantParams {
    float scale = 1.0F;
    std::int32_t zero_point = 0;

    friend bool operator==(const QuantParams& a, const QuantParams& b) {
        return a.scale == b.scale && a.zero_point == b.zero_point;
    }
};

/// M = m0 * 2^-31 * 2^shift, m0 in [2^30, 2^31) (or 0 when M is 0); shift > 0 is to the left.
struct FixedMultiplier {
    std::int32_t m0 = 0;
    std::int32_t shift = 0;
};

/// What a node computes with besides its operator's fields. What an operator does not name here is
/// empty.
///
/// - Conv2d (zero padding is padding with Z_in) and Dense: `weights` [out][height][width][in],
///   `bias`, `weight_scales` and `multipliers` S_in * S_w / S_out, each [out]. DepthwiseConv2d:
///   the same with `weights` [out][height][width].
/// - MaxPool2d, Pad, Reshape: nothing; they write the parameters they read. So do AveragePool2d and
///   GlobalAveragePool, means that round halves away from zero; the latter unless it has one
///   multiplier, S_in / (S_out * height * width).
/// - Relu and Requantize: one multiplier, S_in / S_out.
/// - ChannelMul: `weights` [channels] with their `params`, one multiplier S_in * S_w / S_out.
/// - ChannelAdd: `weights` [channels] with their `params`; both sides are brought to 20 more bits
/// of
///   the larger scale's double by the first two multipliers, S_in / (2 max(S_in, S_w)) and
///   S_w / (2 max(S_in, S_w)), their sum by the third, 2 max(S_in, S_w) / (2^20 S_out).
/// - Add: three multipliers as ChannelAdd, S_w being the scale of the second map.
/// - Softmax over the at most kMostSoftmaxChannels of a 1 x 1 map, written as {1/256, -128}: one
///   multiplier, a step of the input in Q5.26.
struct Int8Constants {
    std::vector<std::int8_t> weights;
    QuantParams params;  ///< of `weights`, where one pair is all
    std::vector<std::int32_t> bias;
    std::vector<float> weight_scales;
    std::vector<FixedMultiplier> multipliers;
    std::int8_t clamp_min = -128, clamp_max = 127;  ///< ReLU: clamp_min = Z_out
    /// Requantized by the scales in double and with one rounding, halves away from zero, instead of
    /// by `multipliers` and with two, as LiteRT's reference kernel of a dense layer does since
    /// TensorFlow 2.14 or later (2.13 rounds twice, as microcontroller kernels do): so does every
    /// dense layer of quantize() (docs/decisions/006-double-rounding.md).
    bool one_rounding = false;
};

/// The sum of more exponentials leaves 32 bits.
constexpr std::int64_t kMostSoftmaxChannels = 4095;

/// A lowered network (space/passes) in integers. Reads raw uint8 pixels: q = pixel - 128 with
/// input() = {preprocess.scale, preprocess.mean - 128}. Writes int8 logits (quantize() makes no
/// softmax: it never changes the class and costs flash). Dropout and BatchNorm do not occur.
struct Int8Network {
    space::Network network;
    std::vector<QuantParams> values;       ///< of the input, then of what each node writes
    std::vector<Int8Constants> constants;  ///< of each node
    space::Preprocess preprocess;
    std::vector<std::string> labels;
    std::map<std::string, std::string> provenance;

    const QuantParams& input() const { return values.front(); }
    const QuantParams& output() const { return values.back(); }

    /// Appends a node that reads the last value. Throws NetworkError as Network::add does.
    void add(std::string name, space::Op op, Int8Constants node_constants, const QuantParams& out);
    /// The same for any values; what it writes.
    space::Value add(std::string name, space::Op op, std::vector<space::Value> inputs,
                     Int8Constants node_constants, const QuantParams& out);
};

/// One node with what it computes with; valid as long as what it was made from.
struct Int8Layer {
    const space::Node& node;
    const Int8Constants& constants;
    QuantParams in, out;
    QuantParams other = {};  ///< of the second value that it reads

    bool dense() const { return std::holds_alternative<space::Dense>(node.op); }
    /// Of a convolution; 1x1 for a dense layer, which reads a 1 x 1 map.
    space::Window window() const { return space::window_of(node.op); }
    /// Height of the window.
    std::int64_t kernel() const { return window().height; }
};

Int8Layer layer_of(const Int8Network& network, std::size_t node);

/// S (q - Z) of each value.
std::vector<float> dequantized(const std::vector<std::int8_t>& values, const QuantParams& params);

/// "convolution", "multiplication by constants", ... for messages.
std::string kind_name(const Int8Layer& layer);

/// The network as TFLite Micro and CMSIS-NN compute it: two roundings in dense layers, too.
Int8Network rounded_twice(Int8Network network);

}  // namespace nanonas::exporting
