#include "export/native/op/ops.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

using Step = StreamingPlanner::Step;

/// Becomes a part of the convolution's stage, tables, work and all.
void plan(StreamingPlanner& planner, const space::Node& layer) {
    const auto& pool = std::get<space::MaxPool2d>(layer.op);
    if (!(pool.tiles() && pool.size == 2)) {
        throw NetworkError("layer '" + layer.name +
                           "': the native runtime runs 2x2 pools side by side, not " +
                           to_string(pool.window()));
    }
    StreamingPlanner::expect(layer, planner.step == Step::kConv, "a convolution");
    if (planner.plan.stages.back().any_window()) {
        throw NetworkError("layer '" + layer.name +
                           "': the native runtime runs a pool only behind a 3x3 convolution of "
                           "stride 1, not behind " +
                           to_string(planner.plan.stages.back().window));
    }
    planner.step = Step::kPool;
    StreamingStage& stage = planner.plan.stages.back();
    stage.end = layer.name;
    stage.pool = true;
    stage.ring_rows = 4;
    stage.output = layer.output;
}

}  // namespace

NativeOp native_op(const space::MaxPool2d&) {
    return {plan, always_kernel, check_same_params, no_tables, no_charge};
}

}  // namespace nanonas::exporting
