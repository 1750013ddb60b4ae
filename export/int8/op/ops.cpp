#include "export/int8/op/ops.hpp"

#include <algorithm>
#include <stdexcept>

namespace nanonas::exporting {

Int8Op int8_never() {
    return {[](const Int8Layer& layer) { return space::op_name(layer.node.op); }, round_never,
            [](const Int8Layer& layer, const Int8Op::Maps&, Int8Op::Map&) {
                throw std::logic_error("an int8 network holds a " + space::op_name(layer.node.op));
            }};
}

Int8Op int8_op(const space::Node& node) {
    return std::visit([](const auto& op) { return int8_op(op); }, node.op);
}

RoundedNode round_nothing(const FloatNetwork&, const space::Node&, const Range&,
                          const std::vector<QuantParams>& in) {
    return {{}, in.front()};
}

RoundedNode round_never(const FloatNetwork&, const space::Node& node, const Range&,
                        const std::vector<QuantParams>&) {
    throw std::logic_error("a float network holds a " + space::op_name(node.op));
}

std::int8_t clamped(const Int8Layer& layer, std::int32_t scaled) {
    // Wide: a saturated product plus the zero point leaves int32.
    const std::int64_t value = std::int64_t{scaled} + layer.out.zero_point;
    return static_cast<std::int8_t>(
        std::clamp<std::int64_t>(value, layer.constants.clamp_min, layer.constants.clamp_max));
}

}  // namespace nanonas::exporting
