#include "export/tflite/tflm/operators.hpp"

#include "export/tflite/op/ops.hpp"
#include "space/errors.hpp"
#include "space/passes/passes.hpp"

namespace nanonas::exporting::tflm {

std::vector<Operator> operators_of(const space::Network& trained) {
    space::Network network = trained;
    space::lower(network);
    space::require_chain(network);
    std::vector<Operator> operators;
    for (const space::Node& node : network.nodes) {
        tflite_op(node).price(operators, node);
    }
    if (operators.empty()) {
        throw NetworkError("no layer of the network becomes an operator");
    }
    return operators;
}

}  // namespace nanonas::exporting::tflm
