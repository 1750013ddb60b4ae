#include "export/native/op/ops.hpp"

namespace nanonas::exporting {

namespace {

using Step = StreamingPlanner::Step;

/// Sums as the last stage writes: a part of its work.
void plan(StreamingPlanner& planner, const space::Node& layer) {
    StreamingPlanner::expect(layer, planner.step >= Step::kConv && planner.step <= Step::kPool,
                             "a convolution or a pool");
    planner.plan.average = layer.name;
    planner.step = Step::kAverage;
}

bool has_kernel(const Int8Layer& layer) {
    return layer.constants.multipliers.empty();
}

void check(const Int8Layer& layer) {
    // Sums of this many values of up to 255 stay inside int32.
    constexpr std::int64_t kMostPositions = 8'000'000;
    check_same_params(layer);
    const space::Node& average = layer.node;
    if (average.input.height * average.input.width > kMostPositions) {
        refuse_c_layer(average.name, "averages more than 8,000,000 positions");
    }
}

}  // namespace

NativeOp native_op(const space::GlobalAveragePool&) {
    return {plan, has_kernel, check, no_tables, no_charge};
}

}  // namespace nanonas::exporting
