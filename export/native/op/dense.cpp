#include "export/native/c_tables.hpp"
#include "export/native/op/linear.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

namespace {

using Step = StreamingPlanner::Step;

void plan(StreamingPlanner& planner, const space::Node& layer) {
    const auto& dense = std::get<space::Dense>(layer.op);
    StreamingPlanner::expect(layer, planner.step == Step::kAverage, "the global average");
    if (dense.activation != space::Activation::kNone) {
        throw NetworkError("layer '" + layer.end +
                           "': the native runtime runs a ReLU only behind a convolution");
    }
    planner.plan.classifier = layer.name;
    planner.plan.classes = layer.output.channels;
    planner.step = Step::kDense;
}

void tables(CTables& out, const Int8Layer& layer) {
    out.text += c_dense_tables("dense", layer);
}

void charge(NativeBill& bill, const space::Node& node) {
    const std::int64_t outputs = node.output.channels;
    const std::int64_t macc = outputs * node.input.channels;
    bill.flash.push_back({node.name + " weights", aligned_table(macc)});
    // A factor is 8 bytes, not 4.
    bill.flash.push_back({node.name + " tables", channel_tables(outputs) + 4 * outputs});
    bill.work.terms[11] += macc;
}

}  // namespace

NativeOp native_op(const space::Dense&) {
    return {plan, always_kernel, check_linear, tables, charge};
}

}  // namespace nanonas::exporting
