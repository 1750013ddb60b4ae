// The operators of networks: a closed set. Each says in a file of its own what it is made of, what
// it writes, learns and costs (kMovesData: it reads maps and writes another once the network is
// lowered, instead of changing values where they are); what a backend makes of it stands in the
// backend's op/, in overloads without a default, so that a new operator must be handled before
// anything compiles.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "space/op/add.hpp"
#include "space/op/average_pool2d.hpp"
#include "space/op/batch_norm.hpp"
#include "space/op/channel_add.hpp"
#include "space/op/channel_mul.hpp"
#include "space/op/conv2d.hpp"
#include "space/op/dense.hpp"
#include "space/op/depthwise_conv2d.hpp"
#include "space/op/dropout.hpp"
#include "space/op/global_average_pool.hpp"
#include "space/op/max_pool2d.hpp"
#include "space/op/pad.hpp"
#include "space/op/relu.hpp"
#include "space/op/requantize.hpp"
#include "space/op/reshape.hpp"
#include "space/op/softmax.hpp"

namespace nanonas::space {

using Op = std::variant<Conv2d, BatchNorm, Relu, MaxPool2d, GlobalAveragePool, Dropout, Dense,
                        Softmax, ChannelMul, ChannelAdd, Requantize, DepthwiseConv2d, Add, Pad,
                        AveragePool2d, Reshape>;

/// For std::visit.
template <typename... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

/// "Conv2d", "BatchNorm", ...
std::string op_name(const Op& op);

/// The same operator with the same fields and activation.
bool same_op(const Op& a, const Op& b);

/// What the operator does to what it writes; kNone for one that has no say in it.
Activation activation_of(const Op& op);
/// Null for one that has no say in it.
Activation* activation_of(Op& op);

/// Whether the operator has a bias, to be set; null for one that has no say in it.
bool* bias_of(Op& op);
/// What the operator looks through; 1x1 for one that has no say in it.
Window window_of(const Op& op);

/// Calls visitor(Operator{}) for every operator, in the order of the variant.
template <typename Visitor, std::size_t... Index>
void for_each_op(Visitor&& visitor, std::index_sequence<Index...>) {
    (visitor(std::variant_alternative_t<Index, Op>{}), ...);
}
template <typename Visitor>
void for_each_op(Visitor&& visitor) {
    for_each_op(visitor, std::make_index_sequence<std::variant_size_v<Op>>{});
}

}  // namespace nanonas::space
