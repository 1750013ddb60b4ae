#include <algorithm>

#include "export/op/ops.hpp"

namespace nanonas::exporting {

namespace {

using Map = FloatOp::Map;

void run(const FloatStep& step, const Map& input, Map& output) {
    const auto& pad = std::get<space::Pad>(step.node.op);
    const space::Shape& from = step.node.input;
    const space::Shape& to = step.node.output;
    std::fill(output.begin(), output.end(), 0.0F);
    const std::int64_t row = from.width * from.channels;
    for (std::int64_t y = 0; y < from.height; ++y) {
        std::copy_n(input.begin() + y * row, row,
                    output.begin() + ((y + pad.top) * to.width + pad.left) * to.channels);
    }
}

}  // namespace

FloatOp float_op(const space::Pad&) {
    return {check_nothing, nullptr, run};
}

}  // namespace nanonas::exporting
