#include <algorithm>

#include "space/cost.hpp"

namespace nanonas::space {

CostReport layer_costs(const Network& network) {
    CostReport report;
    for (const Node& layer : network.nodes) {
        LayerCost cost;
        cost.name = layer.name;
        cost.kind = op_name(layer.op);
        cost.input = layer.input;
        cost.output = layer.output;
        cost.macc = macc(layer);
        std::visit(
            [&](const auto& op) {
                cost.weight_bytes = op.weight_bytes({layer.input});
                if (op.kMovesData) {
                    cost.tensor_bytes = layer.input.elements() + layer.output.elements();
                }
            },
            layer.op);
        report.macc += cost.macc;
        report.weight_bytes += cost.weight_bytes;
        report.peak_tensor_bytes = std::max(report.peak_tensor_bytes, cost.tensor_bytes);
        report.layers.push_back(std::move(cost));
    }
    return report;
}

}  // namespace nanonas::space
