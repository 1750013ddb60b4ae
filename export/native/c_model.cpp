#include "export/native/c_model.hpp"

#include <string>

#include "export/native/op/ops.hpp"
#include "space/errors.hpp"

namespace nanonas::exporting {

bool runs_as_chain(const Int8Network& network) {
    for (std::size_t i = 0; i < network.constants.size(); ++i) {
        const Int8Layer layer = layer_of(network, i);
        if (!native_op(layer.node).has_kernel(layer)) {
            return false;
        }
    }
    return streams_as_chain(network.network);
}

CModel read_c_model(const Int8Network& network) {
    const StreamingPlan plan = plan_streaming(network.network);
    if (plan.nodes.size() != network.constants.size()) {
        throw ExportError("C source: " + std::to_string(network.constants.size()) +
                          " quantized layers for " + std::to_string(plan.nodes.size()) + " nodes");
    }
    std::vector<Int8Layer> layers, stages;
    for (std::size_t i = 0; i < network.constants.size(); ++i) {
        const Int8Layer layer = layer_of(network, i);
        native_op(layer.node).check(layer);
        layers.push_back(layer);
        if (stages.size() < plan.stages.size() &&
            plan.stages[stages.size()].name == layer.node.name) {
            stages.push_back(layer);
        }
    }
    const Int8Layer dense = layers.back();
    return {plan, std::move(layers), std::move(stages), dense};
}

}  // namespace nanonas::exporting
