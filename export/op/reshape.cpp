#include "export/op/ops.hpp"

namespace nanonas::exporting {

FloatOp float_op(const space::Reshape&) {
    return {
        check_nothing, nullptr,
        [](const FloatStep&, const FloatOp::Map& input, FloatOp::Map& output) { output = input; }};
}

}  // namespace nanonas::exporting
