#include <algorithm>

#include "export/int8/op/ops.hpp"

namespace nanonas::exporting {

namespace {

using Map = Int8Op::Map;

void run(const Int8Layer& layer, const Int8Op::Maps& inputs, Map& output) {
    const Map& input = *inputs.front();
    const auto& pad = std::get<space::Pad>(layer.node.op);
    const space::Shape& from = layer.node.input;
    const space::Shape& to = layer.node.output;
    std::fill(output.begin(), output.end(), static_cast<std::int8_t>(layer.out.zero_point));
    const std::int64_t row_bytes = from.width * from.channels;
    for (std::int64_t y = 0; y < from.height; ++y) {
        std::copy_n(input.begin() + y * row_bytes, row_bytes,
                    output.begin() + ((y + pad.top) * to.width + pad.left) * to.channels);
    }
}

}  // namespace

Int8Op int8_op(const space::Pad&) {
    return {[](const Int8Layer&) -> std::string { return "padding"; }, round_nothing, run};
}

}  // namespace nanonas::exporting
