#include "export/int8/op/ops.hpp"

#include "export/int8/multiplier.hpp"

namespace nanonas::exporting {

namespace {

using Map = Int8Op::Map;

/// Bits that ADD gives both sides before it rescales them.
constexpr int kAddLeftShift = 20;

void run(const Int8Layer& layer, const Map& input, Map& output) {
    const Int8Constants& addends = layer.constants;
    const std::size_t channels = addends.weights.size();
    for (std::size_t i = 0; i < input.size(); ++i) {
        const std::int32_t value = (input[i] - layer.in.zero_point) * (1 << kAddLeftShift);
        const std::int32_t addend =
            (addends.weights[i % channels] - addends.params.zero_point) * (1 << kAddLeftShift);
        const std::int32_t sum =
            requantize(value, addends.multipliers[0]) + requantize(addend, addends.multipliers[1]);
        output[i] = clamped(layer, requantize(sum, addends.multipliers[2]));
    }
}

}  // namespace

Int8Op int8_op(const space::ChannelAdd&) {
    return {[](const Int8Layer&) -> std::string { return "addition of constants"; }, round_never,
            run};
}

}  // namespace nanonas::exporting
