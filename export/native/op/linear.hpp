// What the tables of a convolution and a dense layer have in common.
#pragma once

#include "export/native/op/ops.hpp"

namespace nanonas::exporting {

/// NativeOp::check of both.
void check_linear(const Int8Layer& layer);

/// Each table starts at a multiple of 4.
constexpr std::int64_t aligned_table(std::int64_t bytes) {
    return (bytes + 3) / 4 * 4;
}

/// An int32 bias, an int32 multiplier and an int8 shift per output channel.
constexpr std::int64_t channel_tables(std::int64_t outputs) {
    return 8 * outputs + aligned_table(outputs);
}

}  // namespace nanonas::exporting
