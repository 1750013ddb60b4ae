#include "export/int8/op/ops.hpp"

namespace nanonas::exporting {

Int8Op int8_op(const space::Reshape&) {
    return {[](const Int8Layer&) -> std::string { return "reshape"; }, round_nothing,
            [](const Int8Layer&, const Int8Op::Maps& inputs, Int8Op::Map& output) {
                output = *inputs.front();
            }};
}

}  // namespace nanonas::exporting
