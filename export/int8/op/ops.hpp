// What an int8 network says of each operator: a line here, its arithmetic in a file beside this
// one. An operator that is not here does not compile.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export/float_network.hpp"
#include "export/int8/int8_network.hpp"
#include "export/int8/ranges.hpp"

namespace nanonas::exporting {

/// The numbers of one node and the parameters of what it writes.
struct RoundedNode {
    Int8Constants constants;
    QuantParams out;
};

struct Int8Op {
    using Map = std::vector<std::int8_t>;
    using Maps = std::vector<const Map*>;

    /// For messages.
    std::string (*name)(const Int8Layer& layer);
    /// A node of a float network in integers, from the range of what it writes and the parameters
    /// of the values that it reads. Throws ExportError for numbers that cannot be rounded.
    RoundedNode (*round)(const FloatNetwork& network, const space::Node& node, const Range& range,
                         const std::vector<QuantParams>& in);
    /// The definition of the operator: as TFLite's int8 reference kernel computes it. Integers
    /// only; maps are [height][width][channels], one per value it reads, `output` has its size.
    void (*run)(const Int8Layer& layer, const Maps& inputs, Map& output);
};

/// Of training alone: lower() leaves none.
Int8Op int8_never();

// clang-format off
Int8Op int8_op(const space::Conv2d&);
Int8Op int8_op(const space::DepthwiseConv2d&);
Int8Op int8_op(const space::Dense&);
Int8Op int8_op(const space::MaxPool2d&);
Int8Op int8_op(const space::GlobalAveragePool&);
Int8Op int8_op(const space::Relu&);
Int8Op int8_op(const space::Requantize&);
Int8Op int8_op(const space::ChannelMul&);
Int8Op int8_op(const space::ChannelAdd&);
Int8Op int8_op(const space::Softmax&);
Int8Op int8_op(const space::Add&);
Int8Op int8_op(const space::Pad&);
Int8Op int8_op(const space::AveragePool2d&);
Int8Op int8_op(const space::Reshape&);
inline Int8Op int8_op(const space::BatchNorm&) { return int8_never(); }
inline Int8Op int8_op(const space::Dropout&) { return int8_never(); }
// clang-format on

Int8Op int8_op(const space::Node& node);

/// Int8Op::round of a node that writes the parameters it reads.
RoundedNode round_nothing(const FloatNetwork& network, const space::Node& node, const Range& range,
                          const std::vector<QuantParams>& in);
/// Int8Op::round of an operator that no float network holds (export/op/ops.hpp).
RoundedNode round_never(const FloatNetwork& network, const space::Node& node, const Range& range,
                        const std::vector<QuantParams>& in);

/// `scaled` at the layer's zero point, inside its clamp.
std::int8_t clamped(const Int8Layer& layer, std::int32_t scaled);

}  // namespace nanonas::exporting
