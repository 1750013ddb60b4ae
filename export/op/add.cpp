#include <algorithm>

#include "export/op/ops.hpp"

namespace nanonas::exporting {

namespace {

using Map = FloatOp::Map;

void run(const FloatStep& step, const Map& input, Map& output) {
    const bool relu = space::activation_of(step.node.op) == space::Activation::kRelu;
    std::transform(input.begin(), input.end(), step.second->begin(), output.begin(),
                   [relu](float a, float b) { return relu ? std::max(a + b, 0.0F) : a + b; });
}

}  // namespace

FloatOp float_op(const space::Add&) {
    return {check_nothing, nullptr, run};
}

}  // namespace nanonas::exporting
