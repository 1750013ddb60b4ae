#include "export/int8/op/linear.hpp"

namespace nanonas::exporting {

Int8Op int8_op(const space::Dense&) {
    return {[](const Int8Layer&) -> std::string { return "dense layer"; }, round_linear_node,
            run_linear};
}

}  // namespace nanonas::exporting
