#include "export/int8/op/ops.hpp"

#include "export/int8/multiplier.hpp"

namespace nanonas::exporting {

namespace {

using Map = Int8Op::Map;

void run(const Int8Layer& layer, const Int8Op::Maps& inputs, Map& output) {
    const Map& input = *inputs.front();
    const FixedMultiplier& multiplier = layer.constants.multipliers.front();
    for (std::size_t i = 0; i < input.size(); ++i) {
        output[i] = clamped(layer, requantize(input[i] - layer.in.zero_point, multiplier));
    }
}

std::string name(const Int8Layer&) {
    return "requantization";
}

}  // namespace

Int8Op int8_op(const space::Requantize&) {
    return {name, round_never, run};
}

/// Its clamp is the ReLU.
Int8Op int8_op(const space::Relu&) {
    return {name, round_never, run};
}

}  // namespace nanonas::exporting
