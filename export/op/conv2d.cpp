#include "export/op/linear.hpp"

namespace nanonas::exporting {

namespace {

FloatLinear linear(const FloatNetwork& network, const space::Node& node) {
    return window_linear<space::Conv2d>(network, node, node.input.channels);
}

}  // namespace

FloatOp float_op(const space::Conv2d&) {
    return {check_nothing, linear, run_linear};
}

}  // namespace nanonas::exporting
