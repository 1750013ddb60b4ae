#include <algorithm>

#include "space/cost.hpp"

namespace nanonas::space {

namespace {

/// The last node that reads each value; -1: none does.
std::vector<std::int64_t> last_readers(const Network& network) {
    std::vector<std::int64_t> last(network.nodes.size() + 1, -1);
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        for (const Value value : network.nodes[i].inputs) {
            last[value] = static_cast<std::int64_t>(i);
        }
    }
    return last;
}

}  // namespace

CostReport layer_costs(const Network& network) {
    CostReport report;
    std::vector<std::int64_t> last = last_readers(network);
    std::int64_t live_bytes = 0;  // of the maps that this node or a later one reads
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const Node& layer = network.nodes[i];
        live_bytes += last[i] >= 0 ? network.shape(i).elements() : 0;
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
                    cost.tensor_bytes = live_bytes + layer.output.elements();
                }
            },
            layer.op);
        report.macc += cost.macc;
        report.weight_bytes += cost.weight_bytes;
        report.peak_tensor_bytes = std::max(report.peak_tensor_bytes, cost.tensor_bytes);
        report.layers.push_back(std::move(cost));
        for (const Value value : layer.inputs) {
            if (last[value] == static_cast<std::int64_t>(i)) {
                live_bytes -= network.shape(value).elements();
                last[value] = -1;  // where it reads one twice
            }
        }
    }
    return report;
}

}  // namespace nanonas::space
