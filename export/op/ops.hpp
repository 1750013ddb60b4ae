// What the float network of a device says of each operator: a line here, its arithmetic in a file
// beside this one. An operator that is not here does not compile.
#pragma once

#include <vector>

#include "export/float_network.hpp"

namespace nanonas::exporting {

/// A node ready to run.
struct FloatStep {
    const space::Node& node;
    const FloatLinear& linear;         ///< without its weights; empty where there are none
    const std::vector<float>& packed;  ///< what pack_weights() made of them
    std::vector<float>& padded;        ///< free for a map with its border
    const std::vector<float>* second = nullptr;  ///< the other map of an operator that reads two
};

struct FloatOp {
    using Map = std::vector<float>;

    /// Throws ExportError naming the layer where a lowered network may not hold the node.
    void (*check)(const space::Network& network, std::size_t node);
    /// What it multiplies by; null for an operator without weights.
    FloatLinear (*linear)(const FloatNetwork& network, const space::Node& node);
    /// Maps are [height][width][channels], `output` has its size.
    void (*run)(const FloatStep& step, const Map& input, Map& output);
};

/// Of a batch norm, ReLU or dropout that lower() could not make a part of its neighbour.
FloatOp float_alone();
/// Of an operator that only int8 files hold.
FloatOp float_imported();

// clang-format off
FloatOp float_op(const space::Conv2d&);
FloatOp float_op(const space::DepthwiseConv2d&);
FloatOp float_op(const space::Dense&);
FloatOp float_op(const space::MaxPool2d&);
FloatOp float_op(const space::GlobalAveragePool&);
FloatOp float_op(const space::Softmax&);
FloatOp float_op(const space::Add&);
FloatOp float_op(const space::Pad&);
FloatOp float_op(const space::AveragePool2d&);
FloatOp float_op(const space::Reshape&);
inline FloatOp float_op(const space::BatchNorm&) { return float_alone(); }
inline FloatOp float_op(const space::Relu&) { return float_alone(); }
inline FloatOp float_op(const space::Dropout&) { return float_alone(); }
inline FloatOp float_op(const space::ChannelMul&) { return float_imported(); }
inline FloatOp float_op(const space::ChannelAdd&) { return float_imported(); }
inline FloatOp float_op(const space::Requantize&) { return float_imported(); }
// clang-format on

FloatOp float_op(const space::Node& node);

/// `map` at most `ceiling`.
void clamp_above(std::vector<float>& map, float ceiling);

/// FloatOp::check of an operator that may stand anywhere.
void check_nothing(const space::Network& network, std::size_t node);
/// FloatOp::run of one that FloatOp::check refuses.
void run_never(const FloatStep& step, const FloatOp::Map& input, FloatOp::Map& output);

/// Throws ExportError "layer 'x': why".
[[noreturn]] void refuse_layer(const std::string& name, const std::string& why);

}  // namespace nanonas::exporting
