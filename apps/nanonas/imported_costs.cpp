#include "apps/nanonas/imported_costs.hpp"

#include "export/runtime.hpp"
#include "export/tflite/tflm/cost.hpp"
#include "space/errors.hpp"

namespace nanonas::app {

namespace {

/// The first layer that the C has no kernel for.
std::string c_obstacle(const exporting::QuantizedNetwork& network) {
    const auto obstacle = [](const auto& layer) {
        return "layer '" + layer.name + "' is a " + exporting::kind_name(layer) +
               ", which its C has no kernel for";
    };
    std::string text;
    for (const exporting::QuantizedLayer& layer : network.layers) {
        if (text.empty()) {
            text = std::visit(
                space::Overloaded{
                    [](const exporting::QuantizedLinear&) { return std::string(); },
                    [](const exporting::QuantizedMaxPool&) { return std::string(); },
                    [](const exporting::QuantizedAveragePool&) { return std::string(); },
                    [&](const exporting::QuantizedRequantize& kind) { return obstacle(kind); },
                    [&](const exporting::QuantizedMul& kind) { return obstacle(kind); },
                    [&](const exporting::QuantizedAdd& kind) { return obstacle(kind); },
                    [&](const exporting::QuantizedMean& kind) { return obstacle(kind); },
                    [&](const exporting::QuantizedSoftmax& kind) { return obstacle(kind); },
                },
                layer);
        }
    }
    return text;
}

}  // namespace

std::string cost_obstacle(const exporting::ImportedModel& model, const std::string& runtime) {
    if (!exporting::runtime_named(runtime).generated_c) {
        return model.tflm_obstacle;
    }
    const std::string no_kernel = c_obstacle(model.network);
    if (!no_kernel.empty()) {
        return no_kernel;
    }
    try {  // it has the kernels, but not for every order and size of the layers
        exporting::make_cost_model(runtime)->cost(model.network.source);
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

}  // namespace nanonas::app
