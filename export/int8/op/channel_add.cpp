#include "export/int8/op/add.hpp"
#include "export/int8/op/ops.hpp"

namespace nanonas::exporting {

namespace {

using Map = Int8Op::Map;

void run(const Int8Layer& layer, const Int8Op::Maps& inputs, Map& output) {
    const Map& input = *inputs.front();
    const Int8Constants& addends = layer.constants;
    const std::size_t channels = addends.weights.size();
    for (std::size_t i = 0; i < input.size(); ++i) {
        output[i] =
            clamped(layer, rescaled_sum(input[i] - layer.in.zero_point,
                                        addends.weights[i % channels] - addends.params.zero_point,
                                        addends.multipliers));
    }
}

}  // namespace

Int8Op int8_op(const space::ChannelAdd&) {
    return {[](const Int8Layer&) -> std::string { return "addition of constants"; }, round_never,
            run};
}

}  // namespace nanonas::exporting
