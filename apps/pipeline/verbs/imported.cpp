#include "apps/pipeline/verbs/imported.hpp"

#include "export/native/c_model.hpp"
#include "export/runtime.hpp"
#include "export/tflite/tflm/cost.hpp"
#include "space/errors.hpp"

namespace nanonas::pipeline {

exporting::Int8Network network_to_write(exporting::ImportedModel model) {
    exporting::Int8Network network = std::move(model.network);
    if (network.labels.empty()) {
        for (std::int64_t i = 0; i < network.network.classes(); ++i) {
            network.labels.push_back(std::to_string(i));
        }
    }
    return network;
}

std::string cost_obstacle(const exporting::ImportedModel& model, const std::string& runtime) {
    if (!exporting::runtime_named(runtime).generated_c) {
        return model.tflm_obstacle;
    }
    if (const auto layer = exporting::without_c_kernel(model.network)) {
        return "layer '" + layer->node.name + "' is a " + exporting::kind_name(*layer) +
               ", which its C has no kernel for";
    }
    try {  // it has the kernels, but not for every order and size of the layers
        exporting::make_cost_model(runtime)->cost(model.network.network);
        return "";
    } catch (const NetworkError& error) {
        return error.what();
    }
}

std::unique_ptr<space::CostModel> file_cost_model(const exporting::ImportedModel& model,
                                                  const std::string& runtime,
                                                  const space::Device& device) {
    const exporting::Runtime& row = exporting::runtime_named(runtime);
    if (row.make_for_file == nullptr || !model.tflm_graph) {
        return nullptr;
    }
    return row.make_for_file(device, {*model.tflm_graph, model.file_bytes});
}

}  // namespace nanonas::pipeline
