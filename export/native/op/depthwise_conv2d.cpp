#include "export/native/op/linear.hpp"

namespace nanonas::exporting {

namespace {

using Step = StreamingPlanner::Step;

void plan(StreamingPlanner& planner, const space::Node& layer) {
    StreamingPlanner::expect(layer, planner.step <= Step::kPool, "a convolution or a pool");
    plan_window(planner, layer, std::get<space::DepthwiseConv2d>(layer.op).multiplier);
}

/// Its work is not measured: native_instructions() tells none.
void charge(NativeBill& bill, const space::Node& node) {
    charge_tables(bill, node);
}

}  // namespace

NativeOp native_op(const space::DepthwiseConv2d&) {
    return {plan, always_kernel, check_stage, stage_tables, charge};
}

}  // namespace nanonas::exporting
