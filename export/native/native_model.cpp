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

std::unique_ptr<space::CostModel> native_cost_model(const Int8Network& network,
                                                    const space::Device& device, bool rows) {
    using Model = NativeCostModel;
    return std::make_unique<Model>(
        device, rows ? Model::Entry::kRows : Model::Entry::kFrame,
        runs_as_chain(network) ? Model::Form::kTrained : Model::Form::kGraph);
}

}  // namespace nanonas::exporting
