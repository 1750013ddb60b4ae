#include "export/int8/op/add.hpp"

#include "export/int8/op/ops.hpp"

namespace nanonas::exporting {

namespace {

using Map = Int8Op::Map;

void run(const Int8Layer& layer, const Int8Op::Maps& inputs, Map& output) {
    const Map& a = *inputs[0];
    const Map& b = *inputs[1];
    for (std::size_t i = 0; i < output.size(); ++i) {
        output[i] =
            clamped(layer, rescaled_sum(a[i] - layer.in.zero_point, b[i] - layer.other.zero_point,
                                        layer.constants.multipliers));
    }
}

}  // namespace

Int8Op int8_op(const space::Add&) {
    return {[](const Int8Layer&) -> std::string { return "sum of maps"; }, round_never, run};
}

}  // namespace nanonas::exporting
