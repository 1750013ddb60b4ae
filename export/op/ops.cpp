#include "export/op/ops.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "space/errors.hpp"

namespace nanonas::exporting {

FloatOp float_op(const space::Node& node) {
    return std::visit([](const auto& op) { return float_op(op); }, node.op);
}

FloatOp float_alone() {
    return {[](const space::Network& network, std::size_t index) {
                const space::Node& node = network.nodes[index];
                refuse_layer(node.name,
                             "a " + space::op_name(node.op) +
                                 " can be exported only right after a convolution or dense layer");
            },
            nullptr, run_never};
}

FloatOp float_imported() {
    return {[](const space::Network& network, std::size_t index) {
                const space::Node& node = network.nodes[index];
                refuse_layer(node.name, "a " + space::op_name(node.op) +
                                            " is exported only from the int8 file it came in");
            },
            nullptr, run_never};
}

void clamp_above(std::vector<float>& map, float ceiling) {
    if (ceiling < std::numeric_limits<float>::infinity()) {
        for (float& value : map) {
            value = std::min(value, ceiling);
        }
    }
}

void check_nothing(const space::Network&, std::size_t) {}

void run_never(const FloatStep& step, const FloatOp::Map&, FloatOp::Map&) {
    throw std::logic_error("a float network holds a " + space::op_name(step.node.op));
}

void refuse_layer(const std::string& name, const std::string& why) {
    throw ExportError("layer '" + name + "': " + why);
}

}  // namespace nanonas::exporting
