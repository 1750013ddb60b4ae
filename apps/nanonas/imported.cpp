#include "apps/nanonas/imported.hpp"

#include "apps/nanonas/data_sets.hpp"
#include "apps/nanonas/interrupt.hpp"
#include "apps/nanonas/resolve.hpp"
#include "apps/nanonas/summary.hpp"
#include "export/int8_evaluation.hpp"
#include "space/errors.hpp"
#include "space/text.hpp"

namespace nanonas::app {

namespace {

std::string evaluation_text(const exporting::Int8Evaluation& evaluation,
                            const std::vector<std::string>& labels) {
    return table({{"accuracy", "int8", "images"},
                  {"  test", percent_text(evaluation.accuracy), grouped(evaluation.images)}},
                 "  ") +
           "\n" + confusion_text(evaluation.confusion, labels);
}

}  // namespace

exporting::QuantizedNetwork network_to_write(exporting::ImportedModel model) {
    exporting::QuantizedNetwork network = std::move(model.network);
    if (network.labels.empty()) {
        for (std::int64_t i = 0; i < network.source.classes(); ++i) {
            network.labels.push_back(std::to_string(i));
        }
    }
    return network;
}

int evaluate_imported(Session& session, const std::string& file) {
    const Config& config = session.config();
    const exporting::ImportedModel model = exporting::read_tflite(file);
    const exporting::QuantizedNetwork& network = model.network;
    const train::TestSet test =
        load_evaluation(config, network.source.input, network.labels, session.display());
    const auto classes = static_cast<std::size_t>(network.source.classes());
    if (test.set.labels.size() != classes) {
        throw DataError("--test: " + std::to_string(test.set.labels.size()) + " classes, " + file +
                        " has " + std::to_string(classes) + " outputs");
    }
    const exporting::Int8Evaluation evaluation = exporting::evaluate(
        network, test.set.store->view(), worker_count(config.output),
        [&](double fraction) {
            session.display().bar("evaluate", {"test images", fraction, "int8"});
        },
        &stop_requested());
    session.display().remove("evaluate");
    nlohmann::json document = {
        {"verb", "evaluate"},
        {"model", file},
        {"file", imported_json(model)},
        {"data", test.set.description},
        {"accuracy", {{"test", {{"images", evaluation.images}, {"int8", evaluation.accuracy}}}}},
        {"labels", test.set.labels},
        {"confusion", evaluation.confusion}};
    session.result(document, "\n" + imported_text(file, model) + "\n\n" +
                                 evaluation_text(evaluation, test.set.labels));
    return kDone;
}

std::string imported_text(const std::string& file, const exporting::ImportedModel& model) {
    return file + ": " + bytes_text(model.file_bytes) + ", reads " + model.input_type +
           ", writes " + model.output_type;
}

nlohmann::json imported_json(const exporting::ImportedModel& model) {
    nlohmann::json layers = nlohmann::json::array();
    for (const exporting::QuantizedLayer& layer : model.network.layers) {
        std::visit(
            [&](const auto& kind) {
                layers.push_back({{"name", kind.name},
                                  {"kind", exporting::kind_name(layer)},
                                  {"output", space::to_string(kind.output)}});
            },
            layer);
    }
    return {{"bytes", model.file_bytes},
            {"input", model.input_type},
            {"output", model.output_type},
            {"labels", model.network.labels},
            {"layers", layers}};
}

}  // namespace nanonas::app
