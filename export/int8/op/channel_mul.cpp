#include "export/int8/op/ops.hpp"

#include "export/int8/multiplier.hpp"

namespace nanonas::exporting {

namespace {

using Map = Int8Op::Map;

void run(const Int8Layer& layer, const Int8Op::Maps& inputs, Map& output) {
    const Map& input = *inputs.front();
    const Int8Constants& factors = layer.constants;
    const std::size_t channels = factors.weights.size();
    for (std::size_t i = 0; i < input.size(); ++i) {
        const std::int32_t factor = factors.weights[i % channels] - factors.params.zero_point;
        output[i] = clamped(layer, requantize((input[i] - layer.in.zero_point) * factor,
                                              factors.multipliers.front()));
    }
}

}  // namespace

Int8Op int8_op(const space::ChannelMul&) {
    return {[](const Int8Layer&) -> std::string { return "multiplication by constants"; },
            round_never, run};
}

}  // namespace nanonas::exporting
