#include "apps/nanonas/imported_costs.hpp"

#include "export/writers/c_model.hpp"
#include "space/cost/tflm.hpp"
#include "space/errors.hpp"

namespace nanonas::app {

namespace {

bool is_tflm(const std::string& runtime) {
    return runtime == "tflm" || runtime == "tflm-reference";
}

/// The first layer that the C has no kernel for.
std::string c_obstacle(const exporting::Int8Network& network) {
    for (std::size_t i = 0; i < network.constants.size(); ++i) {
        const exporting::Int8Layer layer = layer_of(network, i);
        if (!has_c_kernel(layer)) {
            return "layer '" + layer.node.name + "' is a " + exporting::kind_name(layer) +
                   ", which its C has no kernel for";
        }
    }
    return "";
}

}  // namespace

std::string cost_obstacle(const exporting::ImportedModel& model, const std::string& runtime) {
    if (is_tflm(runtime)) {
        return model.tflm_obstacle;
    }
    const std::string no_kernel = c_obstacle(model.network);
    if (!no_kernel.empty()) {
        return no_kernel;
    }
    try {  // it has the kernels, but not for every order and size of the layers
        space::make_cost_model(runtime)->cost(model.network.network);
        return "";
    } catch (const NetworkError& error) {
        return error.what();
    }
}

std::unique_ptr<space::CostModel> file_cost_model(const exporting::ImportedModel& model,
                                                  const std::string& runtime,
                                                  const space::Device& device) {
    if (!is_tflm(runtime) || !model.tflm_graph) {
        return nullptr;
    }
    return std::make_unique<space::TflmCostModel>(
        device, runtime == "tflm" ? space::TflmKernels::kCmsisNn : space::TflmKernels::kReference,
        space::TflmFile{*model.tflm_graph, model.file_bytes});
}

}  // namespace nanonas::app
