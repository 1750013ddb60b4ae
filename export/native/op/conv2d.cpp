#include "export/native/op/linear.hpp"

namespace nanonas::exporting {

namespace {

using Step = StreamingPlanner::Step;

void plan(StreamingPlanner& planner, const space::Node& layer) {
    StreamingPlanner::expect(layer, planner.step <= Step::kPool, "a convolution or a pool");
    plan_window(planner, layer, 0);
}

/// Terms of Work.
void count(const StreamingStage& stage, Work& work) {
    if (stage.any_window()) {
        return;  // not measured: native_instructions() tells none
    }
    const std::size_t first = stage.pool ? 0 : 5;
    const std::int64_t positions = stage.output.height * stage.output.width;
    const std::int64_t pairs = stage.output.channels / 2;
    const std::int64_t odd = stage.output.channels % 2;
    const std::int64_t words =
        StreamingPlan::kKernel * StreamingStage::pair_words(stage.input.channels);
    work.terms[first + 4] += positions;
    if (stage.one_channel()) {
        work.terms[13] += positions * stage.output.channels;
        return;
    }
    work.terms[first] += positions * pairs * words;
    work.terms[first + 1] += positions * pairs;
    work.terms[first + 2] += positions * odd * words;
    work.terms[first + 3] += positions * odd;
}

void charge(NativeBill& bill, const space::Node& node) {
    count(charge_tables(bill, node), bill.work);
}

}  // namespace

NativeOp native_op(const space::Conv2d&) {
    return {plan, always_kernel, check_stage, stage_tables, charge};
}

}  // namespace nanonas::exporting
