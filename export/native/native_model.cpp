#include "export/native/native_model.hpp"

#include "export/native/c_model.hpp"
#include "export/native/cost.hpp"
#include "export/native/graph/graph_render.hpp"

namespace nanonas::exporting {

void require_native(const Int8Network& network) {
    if (runs_as_chain(network)) {
        static_cast<void>(read_c_model(network));
    } else {
        static_cast<void>(read_graph_model(network));
    }
}

std::vector<NativeLayer> native_layers(const Int8Network& network) {
    std::vector<NativeLayer> layers;
    if (!runs_as_chain(network)) {
        for (const GraphStage& stage : plan_graph(network.network).stages) {
            layers.push_back({stage.name, stage.name});
        }
        return layers;
    }
    const StreamingPlan plan = plan_streaming(network.network);
    for (const StreamingStage& stage : plan.stages) {
        const bool one = stage.end == stage.name;
        layers.push_back({one ? stage.name : stage.name + " to " + stage.end, stage.name});
    }
    layers.push_back({plan.average + " to " + plan.classifier, plan.classifier});
    return layers;
}

std::unique_ptr<space::CostModel> native_cost_model(const Int8Network& network,
                                                    const space::Device& device, bool rows) {
    using Model = NativeCostModel;
    return std::make_unique<Model>(
        device, rows ? Model::Entry::kRows : Model::Entry::kFrame,
        runs_as_chain(network) ? Model::Form::kTrained : Model::Form::kGraph);
}

}  // namespace nanonas::exporting
