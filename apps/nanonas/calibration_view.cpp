#include "apps/nanonas/calibration_view.hpp"

#include <cmath>

#include "apps/nanonas/resolve.hpp"
#include "apps/nanonas/summary.hpp"
#include "space/text.hpp"

namespace nanonas::app {

using json = nlohmann::json;

exporting::CalibrateOptions calibrate_options(const OutputOptions& output) {
    exporting::CalibrateOptions options;
    options.methods = exporting::parse_calibration(output.calibration);
    options.percentile = output.calibration_percentile;
    options.threads = worker_count(output);
    return options;
}

json calibration_json(const exporting::Calibration& calibration, const OutputOptions& output) {
    json layers = json::array();
    for (const exporting::LayerCalibration& layer : calibration.layers) {
        json ratios = json::object();
        for (const exporting::Trial& trial : layer.trials) {
            ratios[to_string(trial.method)] =
                std::isfinite(trial.sqnr_db) ? json(trial.sqnr_db) : json();
        }
        const exporting::Range& range = calibration.ranges.at(layer.layer);
        layers.push_back({{"name", layer.name},
                          {"chosen", to_string(layer.chosen)},
                          {"range", {range.low, range.high}},
                          {"sqnr_db", ratios}});
    }
    return {{"method", output.calibration},
            {"percentile", output.calibration_percentile},
            {"images", calibration.images},
            {"sqnr_images", calibration.trial_images},
            {"layers", layers}};
}

std::string decibel_text(const json& sqnr_db) {
    if (sqnr_db.is_null()) {
        return "exact";
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", sqnr_db.get<double>());
    return text;
}

std::string calibration_text(const json& calibration) {
    const json& layers = calibration.at("layers");
    const bool several = !layers.empty() && layers.at(0).at("sqnr_db").size() > 1;
    std::vector<std::vector<std::string>> rows = {
        {"int8 ranges by " + calibration.at("method").get<std::string>() + ": SQNR dB"}};
    for (const std::string& name : exporting::calibration_names()) {
        if (!layers.empty() && layers.at(0).at("sqnr_db").contains(name)) {
            rows[0].push_back(name);
        }
    }
    const std::vector<std::string> methods(rows[0].begin() + 1, rows[0].end());
    if (several) {
        rows[0].emplace_back("chosen");
    }
    for (const json& layer : layers) {
        std::vector<std::string> row = {"  " + layer.at("name").get<std::string>()};
        for (const std::string& method : methods) {
            row.push_back(decibel_text(layer.at("sqnr_db").at(method)));
        }
        if (several) {
            row.push_back(layer.at("chosen"));
        }
        rows.push_back(row);
    }
    std::string text = table(rows, "  ");
    if (calibration["method"] == "score") {
        text +=
            "  Peaks and scores that never win are clipped: less SQNR there keeps more classes.\n";
    }
    return text;
}

}  // namespace nanonas::app
