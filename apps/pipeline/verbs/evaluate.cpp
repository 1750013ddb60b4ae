#include "apps/pipeline/verbs/evaluate.hpp"

#include <algorithm>

#include "apps/pipeline/data_sets.hpp"
#include "apps/pipeline/model_source.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/sample.hpp"
#include "apps/pipeline/steps/comparison.hpp"
#include "apps/pipeline/steps/int8_loss.hpp"
#include "apps/pipeline/stored_model.hpp"
#include "apps/pipeline/verbs/imported.hpp"
#include "export/int8/evaluation.hpp"
#include "space/errors.hpp"

namespace nanonas::pipeline {

namespace {

EvaluationReport report_of(const std::string& file, const EvaluationImages& images) {
    EvaluationReport report;
    report.model = file;
    report.data = images.set.description;
    report.role = images.role;
    report.of_run = !images.run.empty();
    return report;
}

void take_scores(EvaluationReport& report, const exporting::Comparison& comparison) {
    report.confusion = comparison.confusion;
    report.images = comparison.images;
    report.int8_accuracy = comparison.int8_accuracy;
}

EvaluationImages images_for(const Config& config, const train::LoadedSet* given,
                            const space::Shape& shape, const std::vector<std::string>& labels,
                            const Task& task) {
    return given != nullptr
               ? evaluation_images(*given, shape, labels, task)
               : load_evaluation_images(config, config.output.run, shape, labels, task);
}

EvaluationReport evaluate_imported(const Config& config, const std::string& file, const Task& task,
                                   const train::LoadedSet* given) {
    exporting::ImportedModel model = read_import(config, file, task);
    const exporting::Int8Network& network = model.network;
    const space::Shape& input = network.network.input;
    if (input.channels != 1 && input.channels != 3) {
        throw DataError(file + ": reads " + to_string(input) +
                        " maps, which are no images; evaluate takes those of 1 or 3 channels");
    }
    const EvaluationImages images =
        images_for(config, given, network.network.input, network.labels, task);
    const auto classes = static_cast<std::size_t>(network.network.classes());
    if (images.set.labels.size() != classes) {
        throw DataError("--test: " + std::to_string(images.set.labels.size()) + " classes, " +
                        file + " has " + std::to_string(classes) + " outputs");
    }
    const space::ImageView all = images.set.store->view();
    EvaluationReport report = report_of(file, images);
    report.run = images.run;
    report.labels = images.set.labels;
    if (model.real) {
        const exporting::Comparison comparison =
            compare_rows(*model.real, network, all, images.rows, images.role + " images", task);
        take_scores(report, comparison);
        report.against_float = accuracy_report(comparison);
        report.imported = std::move(model);
        return report;
    }
    std::optional<Sample> some;
    if (static_cast<std::int64_t>(images.rows.size()) < all.count) {
        some.emplace(all, images.rows);
    }
    const exporting::Int8Evaluation evaluation = exporting::evaluate(
        network, some ? some->view() : all, task.threads,
        [&](double fraction) {
            task.at({"evaluate", images.role + " images", fraction, "int8"});
        },
        task.stop);
    task.ended("evaluate");
    report.confusion = evaluation.confusion;
    report.images = evaluation.images;
    report.int8_accuracy = evaluation.accuracy;
    report.imported = std::move(model);
    return report;
}

}  // namespace

EvaluationReport evaluate(const Config& config, const Task& task, const train::LoadedSet* given) {
    const std::string file = model_path(config.output.model);
    if (is_import(file)) {
        return evaluate_imported(config, file, task, given);
    }
    const StoredModel stored = read_stored_model(file);
    const space::TrainedNetwork& trained = stored.trained;
    const exporting::Int8Network quantized = stored.quantized(file);
    const EvaluationImages images =
        images_for(config, given, trained.network.input, trained.labels, task);
    const space::ImageView all = images.set.store->view();
    const exporting::Comparison comparison =
        compare_rows(exporting::float_network(trained), quantized, all, images.rows,
                     images.role + " images", task);
    EvaluationReport report = report_of(file, images);
    report.run = config.output.run;
    report.labels = trained.labels;
    take_scores(report, comparison);
    EvaluationReport::Own own;
    own.accuracy = accuracy_report(comparison);
    own.layers = comparison.layers;
    own.methods = stored.methods;
    if (int8_costs(comparison)) {
        const bool by_score = std::count(own.methods.begin(), own.methods.end(), "score") > 0;
        own.int8_loss = int8_loss_report(comparison, images.role, trained, quantized,
                                         Sample(all, spread(images.rows, kLossImages)).view(),
                                         task.threads, by_score);
    }
    const Platform platform = resolve_platform(config.budget);
    own.cost = budget_report(trained.network,
                             *resolve_cost_model(config.budget, platform.device, trained.labels),
                             platform.budget);
    report.own = std::move(own);
    return report;
}

}  // namespace nanonas::pipeline
