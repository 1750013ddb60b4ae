#include "export/int8/op/linear.hpp"

namespace nanonas::exporting {

Int8Op int8_op(const space::Conv2d&) {
    return {[](const Int8Layer&) -> std::string { return "convolution"; }, round_linear_node,
            run_linear};
}

}  // namespace nanonas::exporting
