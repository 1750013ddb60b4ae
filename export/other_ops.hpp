// The operators that every backend holds are convolution, dense layer, max pool and the average of
// a whole map. The others, listed once for those that hold no more.
#pragma once

#include "space/network.hpp"

namespace nanonas::exporting {

/// For std::visit: what `otherwise` returns.
template <typename Otherwise>
struct OtherOps {
    Otherwise otherwise;

    auto operator()(const space::BatchNorm&) const { return otherwise(); }
    auto operator()(const space::Relu&) const { return otherwise(); }
    auto operator()(const space::Dropout&) const { return otherwise(); }
    auto operator()(const space::Softmax&) const { return otherwise(); }
    auto operator()(const space::ChannelMul&) const { return otherwise(); }
    auto operator()(const space::ChannelAdd&) const { return otherwise(); }
    auto operator()(const space::Requantize&) const { return otherwise(); }
};
template <typename Otherwise>
OtherOps(Otherwise) -> OtherOps<Otherwise>;

}  // namespace nanonas::exporting
