#include "export/optimize/no_ops.hpp"

#include "export/int8/multiplier.hpp"
#include "export/optimize/rewrite.hpp"

namespace nanonas::exporting {

namespace {

bool multiplies_by_one(const Int8Constants& constants) {
    const FixedMultiplier one = fixed_multiplier(1.0);
    return constants.multipliers.size() == 1 && constants.multipliers[0].m0 == one.m0 &&
           constants.multipliers[0].shift == one.shift;
}

bool changes_nothing(const Int8Layer& layer) {
    const space::Node& node = layer.node;
    if (std::holds_alternative<space::Reshape>(node.op) ||
        std::holds_alternative<space::Pad>(node.op)) {
        return node.input == node.output;
    }
    if (std::holds_alternative<space::Requantize>(node.op) ||
        std::holds_alternative<space::Relu>(node.op)) {
        return layer.in == layer.out && multiplies_by_one(layer.constants) &&
               layer.constants.clamp_min == -128 && layer.constants.clamp_max == 127;
    }
    return false;
}

}  // namespace

void drop_no_ops(Int8Network& network) {
    for (std::size_t i = network.network.nodes.size(); i-- > 0;) {
        if (network.network.nodes.size() > 1 && changes_nothing(layer_of(network, i))) {
            bypass(network, i);
        }
    }
}

}  // namespace nanonas::exporting
