#include "export/native/c_tables.hpp"
#include "export/native/op/linear.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

using Step = StreamingPlanner::Step;

void plan(StreamingPlanner& planner, const space::Node& layer) {
    const auto& conv = std::get<space::Conv2d>(layer.op);
    StreamingPlanner::expect(layer, planner.step <= Step::kPool, "a convolution or a pool");
    if (conv.kernel != StreamingPlan::kKernel) {
        throw NetworkError("layer '" + layer.name +
                           "': the native runtime runs 3x3 convolutions, not " +
                           std::to_string(conv.kernel) + "x" + std::to_string(conv.kernel));
    }
    planner.plan.stages.push_back(
        {layer.name, layer.end.empty() ? layer.name : layer.end, layer.input, layer.output});
    planner.step = Step::kConv;
}

void check(const Int8Layer& layer) {
    // Two bytes each, in the offset of a load.
    constexpr std::int64_t kMostChannels = 2047;
    check_linear(layer);
    if (layer.node.output.channels > kMostChannels) {
        refuse_c_layer(layer.node.name, "has more than 2047 channels");
    }
}

void tables(CTables& out, const Int8Layer& layer) {
    out.text += c_linear_tables("conv_" + std::to_string(out.stage), layer,
                                out.numbers.stages[out.stage].bias, out.numbers.quick,
                                out.model.plan.stages[out.stage].one_channel());
    ++out.stage;
}

/// Terms of Work.
void count(const StreamingStage& stage, Work& work) {
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
    const StreamingStage& stage = bill.plan.stages[bill.stage++];
    bill.flash.push_back({node.name + " weights", aligned_table(stage.weight_table_bytes())});
    bill.flash.push_back({node.name + " tables", channel_tables(stage.output.channels)});
    count(stage, bill.work);
}

}  // namespace

NativeOp native_op(const space::Conv2d&) {
    return {plan, always_kernel, check, tables, charge};
}

}  // namespace nanonas::exporting
