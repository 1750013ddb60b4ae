#include "export/op/ops.hpp"

namespace nanonas::exporting {

namespace {

/// lower() drops the last: there is a layer behind this one.
void check(const space::Network& network, std::size_t node) {
    refuse_layer(network.nodes[node + 1].name, "follows the softmax, which must be the last layer");
}

}  // namespace

FloatOp float_op(const space::Softmax&) {
    return {check, nullptr, run_never};
}

}  // namespace nanonas::exporting
