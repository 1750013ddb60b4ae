#include <algorithm>

#include "apps/nanonas/data_sets.hpp"
#include "apps/nanonas/imported.hpp"
#include "apps/nanonas/int8_ranges.hpp"
#include "apps/nanonas/int8_warning.hpp"
#include "apps/nanonas/products.hpp"
#include "apps/nanonas/resolve.hpp"
#include "apps/nanonas/sample.hpp"
#include "apps/nanonas/session.hpp"
#include "apps/nanonas/summary.hpp"
#include "space/text.hpp"

namespace nanonas::app {

namespace {

std::string decimal(double value, const char* format) {
    char text[32];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

nlohmann::json to_json(const exporting::Comparison& comparison,
                       const std::vector<std::string>& labels,
                       const std::vector<std::string>& methods, const std::string& role) {
    nlohmann::json layers = nlohmann::json::array();
    for (const auto& layer : comparison.layers) {
        layers.push_back({{"name", layer.name}, {"rms", layer.rms}, {"sqnr_db", layer.sqnr_db}});
        if (!methods.empty()) {
            layers.back()["calibration"] = methods.at(layers.size() - 1);
        }
    }
    return {{"accuracy",
             {{role,
               {{"images", comparison.images},
                {"float", comparison.float_accuracy},
                {"int8", comparison.int8_accuracy},
                {"agreement", comparison.agreement}}}}},
            {"layers", layers},
            {"labels", labels},
            {"confusion", comparison.confusion}};
}

std::string evaluation_text(const exporting::Comparison& comparison,
                            const std::vector<std::string>& labels,
                            const std::vector<std::string>& methods, const std::string& role) {
    std::string text;
    text += table({{"accuracy", "float", "int8", "agreement", "images"},
                   {"  " + role, percent_text(comparison.float_accuracy),
                    percent_text(comparison.int8_accuracy), percent_text(comparison.agreement),
                    grouped(comparison.images)}},
                  "  ");
    std::vector<std::vector<std::string>> rows = {{"int8 error by layer", "rms", "SQNR dB"}};
    if (!methods.empty()) {
        rows[0].emplace_back("range by");
    }
    for (const auto& layer : comparison.layers) {
        rows.push_back(
            {"  " + layer.name, decimal(layer.rms, "%.5f"), decimal(layer.sqnr_db, "%.1f")});
        if (!methods.empty()) {
            rows.back().push_back(methods.at(rows.size() - 2));
        }
    }
    return text + "\n" + table(rows, "  ") + "\n" + confusion_text(comparison.confusion, labels);
}

}  // namespace

int run_evaluate(Session& session) {
    const Config& config = session.config();
    const std::string file = model_path(config.output);
    if (exporting::is_tflite(file)) {
        return evaluate_imported(session, file);
    }
    const StoredModel stored = read_stored_model(file);
    const exporting::Int8Network quantized = stored.quantized(file);
    const EvaluationImages images = load_evaluation_images(
        config, stored.trained.network.input, stored.trained.labels, session.display());
    const exporting::Comparison comparison =
        compare_rows(session, stored.trained, quantized, images.set.store->view(), images.rows,
                     images.role + " images");
    nlohmann::json document =
        to_json(comparison, stored.trained.labels, stored.methods, images.role);
    if (int8_costs(comparison)) {
        const bool by_score = std::count(stored.methods.begin(), stored.methods.end(), "score") > 0;
        document["int8_loss"] = int8_loss_json(
            comparison, images.role, stored.trained, quantized,
            Sample(images.set.store->view(), spread(images.rows, kLossImages)).view(),
            worker_count(config.output), by_score);
    }
    const Platform platform = resolve_platform(config.budget);
    document["cost"] =
        cost_json(stored.trained.network,
                  *resolve_cost_model(config.budget, platform.device, stored.trained.labels),
                  platform.budget);
    document["verb"] = "evaluate";
    document["model"] = file;
    document["data"] = images.set.description;
    if (!config.output.run.empty()) {
        document["run"] = config.output.run;
    }
    session.result(
        document,
        "\n" + images.origin() +
            evaluation_text(comparison, stored.trained.labels, stored.methods, images.role) +
            (document.contains("int8_loss") ? "\n" + int8_loss_text(document["int8_loss"]) : "") +
            "\n" + cost_text(document["cost"]));
    return kDone;
}

}  // namespace nanonas::app
