#include "apps/nanonas/imported.hpp"

#include <optional>

#include "apps/nanonas/data_sets.hpp"
#include "apps/nanonas/interrupt.hpp"
#include "apps/nanonas/resolve.hpp"
#include "apps/nanonas/sample.hpp"
#include "apps/nanonas/summary.hpp"
#include "export/int8/evaluation.hpp"
#include "space/errors.hpp"
#include "space/printable.hpp"
#include "space/text.hpp"

namespace nanonas::app {

namespace {

std::string evaluation_text(const exporting::Int8Evaluation& evaluation,
                            const std::vector<std::string>& labels, const std::string& role) {
    return table({{"accuracy", "int8", "images"},
                  {"  " + role, percent_text(evaluation.accuracy), grouped(evaluation.images)}},
                 "  ") +
           "\n" + confusion_text(evaluation.confusion, labels);
}

}  // namespace

exporting::Int8Network network_to_write(exporting::ImportedModel model) {
    exporting::Int8Network network = std::move(model.network);
    if (network.labels.empty()) {
        for (std::int64_t i = 0; i < network.network.classes(); ++i) {
            network.labels.push_back(std::to_string(i));
        }
    }
    return network;
}

int evaluate_imported(Session& session, const std::string& file) {
    const Config& config = session.config();
    const exporting::ImportedModel model = exporting::read_tflite(file);
    const exporting::Int8Network& network = model.network;
    const EvaluationImages images =
        load_evaluation_images(config, network.network.input, network.labels, session.display());
    const auto classes = static_cast<std::size_t>(network.network.classes());
    if (images.set.labels.size() != classes) {
        throw DataError("--test: " + std::to_string(images.set.labels.size()) + " classes, " +
                        file + " has " + std::to_string(classes) + " outputs");
    }
    const space::ImageView all = images.set.store->view();
    std::optional<Sample> some;
    if (static_cast<std::int64_t>(images.rows.size()) < all.count) {
        some.emplace(all, images.rows);
    }
    const exporting::Int8Evaluation evaluation = exporting::evaluate(
        network, some ? some->view() : all, worker_count(config.output),
        [&](double fraction) {
            session.display().bar("evaluate", {images.role + " images", fraction, "int8"});
        },
        &stop_requested());
    session.display().remove("evaluate");
    nlohmann::json document = {
        {"verb", "evaluate"},
        {"model", file},
        {"file", imported_json(model)},
        {"data", images.set.description},
        {"accuracy",
         {{images.role, {{"images", evaluation.images}, {"int8", evaluation.accuracy}}}}},
        {"labels", images.set.labels},
        {"confusion", evaluation.confusion}};
    if (!images.run.empty()) {
        document["run"] = images.run;
    }
    session.result(document, "\n" + imported_text(file, model) + "\n\n" + images.origin() +
                                 evaluation_text(evaluation, images.set.labels, images.role));
    return kDone;
}

std::string imported_text(const std::string& file, const exporting::ImportedModel& model) {
    return one_line(file) + ": " + bytes_text(model.file_bytes) + ", reads " + model.input_type +
           ", writes " + model.output_type;
}

nlohmann::json imported_json(const exporting::ImportedModel& model) {
    nlohmann::json layers = nlohmann::json::array();
    for (std::size_t i = 0; i < model.network.constants.size(); ++i) {
        const exporting::Int8Layer layer = layer_of(model.network, i);
        layers.push_back({{"name", layer.node.name},
                          {"kind", exporting::kind_name(layer)},
                          {"output", space::to_string(layer.node.output)}});
    }
    return {{"bytes", model.file_bytes},
            {"input", model.input_type},
            {"output", model.output_type},
            {"labels", model.network.labels},
            {"layers", layers}};
}

}  // namespace nanonas::app
