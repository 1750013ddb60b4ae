// What convolutions and dense layers have in common.
#pragma once

#include "export/native/op/ops.hpp"

namespace nanonas::exporting {

/// NativeOp::check of a dense layer.
void check_linear(const Int8Layer& layer);

/// Adds the stage of a convolution; `multiplier` of a depthwise one, else 0. Throws NetworkError
/// for rows that a stage cannot hold.
void plan_window(StreamingPlanner& planner, const space::Node& layer, std::int64_t multiplier);
/// NativeOp::check and ::tables of a stage's convolution.
void check_stage(const Int8Layer& layer);
void stage_tables(CTables& out, const Int8Layer& layer);
/// The bytes of the tables; returns the stage.
const StreamingStage& charge_tables(NativeBill& bill, const space::Node& node);

/// Each table starts at a multiple of 4.
constexpr std::int64_t aligned_table(std::int64_t bytes) {
    return (bytes + 3) / 4 * 4;
}

/// An int32 bias, an int32 multiplier and an int8 shift per output channel.
constexpr std::int64_t channel_tables(std::int64_t outputs) {
    return 8 * outputs + aligned_table(outputs);
}

}  // namespace nanonas::exporting
