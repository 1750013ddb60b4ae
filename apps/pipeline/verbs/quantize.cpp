#include "apps/pipeline/verbs/quantize.hpp"

#include <filesystem>

#include "apps/pipeline/images_of_run.hpp"
#include "apps/pipeline/model_source.hpp"
#include "apps/pipeline/resolve.hpp"
#include "apps/pipeline/run_plan.hpp"
#include "apps/pipeline/steps/linked.hpp"
#include "apps/pipeline/steps/products.hpp"
#include "apps/pipeline/steps/stages.hpp"
#include "apps/pipeline/stored_model.hpp"
#include "apps/pipeline/version.hpp"
#include "export/pytorch/state_file.hpp"
#include "space/errors.hpp"

namespace nanonas::pipeline {

namespace {

void require_new(const std::string& out) {
    if (out.empty()) {
        throw ConfigError("--out: needed; the directory to write the int8 model and its C into");
    }
    require_no_run(out);
    std::error_code error;
    if (std::filesystem::exists(out + "/model.safetensors", error)) {
        throw ConfigError("--out: " + out + " already holds a model; name another directory");
    }
}

DataSets load_images(const Config& config, const Task& task) {
    const auto load = [&] { return load_data(config, task); };
    return config.data.of_run ? images_of_run("--data", config.output.run, load) : load();
}

void require_classes(const DataSets& data, const std::vector<std::string>& labels) {
    const std::vector<std::string>& own = data.training.set.labels;
    if (own != labels) {
        throw DataError("--data: its classes are not the model's (" +
                        std::to_string(data.classes()) + " classes from " + own.front() + " to " +
                        own.back() + ", the model has " + std::to_string(labels.size()) + " from " +
                        labels.front() + " to " + labels.back() + ")");
    }
}

}  // namespace

RunReport quantize(const Config& asked, const Task& task) {
    Config config = asked;
    const std::string file = model_path(config.output.model);
    require_new(config.output.out);
    const Platform platform = resolve_platform(config.budget);
    require_strict(config, platform, task);
    space::TrainedNetwork trained = read_stored_model(file).trained;
    if (!config.output.weights.empty()) {
        trained.weights = exporting::read_state(config.output.weights, trained.network);
        trained.provenance["weights"] =
            std::filesystem::path(config.output.weights).filename().string();
    }
    if (config.data.data.empty() && !config.data.of_run) {
        throw ConfigError(
            "--data: needed; the training images (the model is of no run that would tell its own)");
    }
    config.data.input = trained.network.input;
    const DataSets data = load_images(config, task);
    require_classes(data, trained.labels);
    RunReport report;
    report.verb = "quantize";
    report.version = version();
    report.cost = budget_report(trained.network,
                                *resolve_cost_model(config.budget, platform.device, trained.labels),
                                platform.budget);
    trained = apply_stages(config, std::move(trained), data, nullptr, task, report);
    make_products(config, trained, data, platform, config.output.out, nullptr, task, report);
    return report;
}

}  // namespace nanonas::pipeline
