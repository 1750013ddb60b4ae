#include "export/native/op/linear.hpp"

namespace nanonas::exporting {

void check_linear(const Int8Layer& seen) {
    const std::string& name = seen.node.name;
    const Int8Constants& layer = seen.constants;
    const std::int64_t out = seen.node.output.channels;
    const std::int64_t taps = seen.kernel() * seen.kernel() * seen.node.input.channels;
    const auto outs = static_cast<std::size_t>(out);
    if (layer.weights.size() != outs * static_cast<std::size_t>(taps) ||
        layer.bias.size() != outs || layer.multipliers.size() != outs ||
        layer.weight_scales.size() != outs) {
        refuse_c_layer(name, "has tables of the wrong size");
    }
    for (const FixedMultiplier& multiplier : layer.multipliers) {
        if (multiplier.m0 < 0 || multiplier.shift < -31 || multiplier.shift > 30) {
            refuse_c_layer(name,
                           "has a multiplier outside M = m0 2^(shift - 31), m0 >= 0, shift in "
                           "[-31, 30]");
        }
    }
    if (layer.one_rounding != seen.dense()) {
        refuse_c_layer(name,
                       "is requantized with another number of roundings than the generated C: "
                       "one in a dense layer, two in a convolution");
    }
    if (layer.clamp_min > layer.clamp_max) {
        refuse_c_layer(name, "has an empty output range");
    }
}

}  // namespace nanonas::exporting
