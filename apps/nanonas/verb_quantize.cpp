#include <filesystem>

#include "apps/nanonas/int8_ranges.hpp"
#include "apps/nanonas/linked.hpp"
#include "apps/nanonas/products.hpp"
#include "apps/nanonas/resolve.hpp"
#include "apps/nanonas/run_directory.hpp"
#include "apps/nanonas/session.hpp"
#include "apps/nanonas/summary.hpp"
#include "export/pytorch/state_file.hpp"
#include "space/errors.hpp"

namespace nanonas::app {

namespace {

DataSets load_images(const Config& config, Display& display) {
    try {
        return load_data(config, display);
    } catch (const Error& error) {
        if (!config.data.of_run) {
            throw;
        }
        throw ConfigError("--data: needed; the images of the run " + config.output.run +
                          " cannot be taken: " + error.what());
    }
}

}  // namespace

int run_quantize(Session& session) {
    Config config = session.config();
    const std::string file = model_path(config.output);
    if (config.output.out.empty()) {
        throw ConfigError("--out: needed; the directory to write the int8 model and its C into");
    }
    require_no_run(config.output.out);
    std::error_code error;
    if (std::filesystem::exists(config.output.out + "/model.safetensors", error)) {
        throw ConfigError("--out: " + config.output.out +
                          " already holds a model; name another directory");
    }
    const Platform platform = resolve_platform(config.budget);
    require_strict(config, platform);
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
    const DataSets data = load_images(config, session.display());
    if (data.training.set.labels != trained.labels) {
        throw DataError("--data: its classes are not the model's (" +
                        std::to_string(data.classes()) + " classes from " +
                        data.training.set.labels.front() + " to " +
                        data.training.set.labels.back() + ", the model has " +
                        std::to_string(trained.labels.size()) + " from " + trained.labels.front() +
                        " to " + trained.labels.back() + ")");
    }
    nlohmann::json summary;
    summary["verb"] = "quantize";
    summary["version"] = NANONAS_VERSION;
    summary["cost"] = cost_json(trained.network,
                                *resolve_cost_model(config.budget, platform.device, trained.labels),
                                platform.budget);
    const int code = make_products(session, trained, data, platform, config.output.out, summary);
    session.result(summary, summary_text(summary));
    return code;
}

}  // namespace nanonas::app
