// What moves values and computes nothing.
#include "export/native/graph/op/ops.hpp"
#include "export/native/op/ops.hpp"

namespace nanonas::exporting {

namespace {

bool reads_padding(const space::Op& op) {
    return std::holds_alternative<space::Conv2d>(op) ||
           std::holds_alternative<space::DepthwiseConv2d>(op);
}

bool adds_up(const space::Op& op) {
    return std::holds_alternative<space::Dense>(op);
}

void plan_pad(GraphPlanner& planner, const space::Node& node) {
    const auto& pad = std::get<space::Pad>(node.op);
    if (planner.only_read_by(node, reads_padding)) {
        GraphPlace place = planner.read(node);
        place.top += pad.top;
        place.bottom += pad.bottom;
        place.left += pad.left;
        place.right += pad.right;
        planner.alias(place);
        return;
    }
    GraphStage& stage = planner.add(node, GraphKernel::kPad);
    stage.pads = true;
    stage.above = pad.top;
    stage.left = pad.left;
}

void plan_reshape(GraphPlanner& planner, const space::Node& node) {
    const bool flat = node.output.height == 1 && node.output.width == 1;
    if (flat && planner.only_read_by(node, adds_up)) {
        planner.alias(planner.read(node));
        return;
    }
    GraphStage& stage = planner.add(node, GraphKernel::kReshape);
    stage.step = 0;
    stage.above = 1 - node.input.height;
}

}  // namespace

GraphOp graph_op(const space::Pad&) {
    return {plan_pad, check_same_params, no_numbers};
}

GraphOp graph_op(const space::Reshape&) {
    return {plan_reshape, check_same_params, no_numbers};
}

}  // namespace nanonas::exporting
