#include "apps/pipeline/verbs/verbs_json.hpp"

#include "apps/pipeline/report_json.hpp"
#include "space/json/network_json.hpp"

namespace nanonas::pipeline {

using json = nlohmann::json;

namespace {

json imported_json(const exporting::ImportedModel& model) {
    json layers = json::array();
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

json layer_errors(const EvaluationReport::Own& own) {
    json layers = json::array();
    for (const exporting::LayerError& layer : own.layers) {
        layers.push_back({{"name", layer.name}, {"rms", layer.rms}, {"sqnr_db", layer.sqnr_db}});
        if (!own.methods.empty()) {
            layers.back()["calibration"] = own.methods.at(layers.size() - 1);
        }
    }
    return layers;
}

}  // namespace

json to_json(const EvaluationReport& report) {
    json document = {{"verb", "evaluate"},
                     {"model", report.model},
                     {"data", report.data},
                     {"labels", report.labels},
                     {"confusion", report.confusion}};
    if (!report.run.empty()) {
        document["run"] = report.run;
    }
    if (report.imported) {
        document["file"] = imported_json(*report.imported);
        document["accuracy"][report.role] = {{"images", report.images},
                                             {"int8", report.int8_accuracy}};
        if (report.against_float) {
            document["accuracy"][report.role] = to_json(*report.against_float);
        }
    }
    if (report.own) {
        document["accuracy"][report.role] = to_json(report.own->accuracy);
        document["layers"] = layer_errors(*report.own);
        document["cost"] = to_json(report.own->cost);
        if (report.own->int8_loss) {
            document["int8_loss"] = to_json(*report.own->int8_loss);
        }
    }
    return document;
}

json to_json(const ExportReport& report) {
    json document = {{"verb", "export"},
                     {"model", report.model},
                     {"format", report.format},
                     {"out", report.out},
                     {"files", report.files}};
    for (const exporting::PassSaving& saving : report.savings) {
        document["saved"].push_back({{"pass", saving.pass},
                                     {"operators", saving.operators},
                                     {"weight_bytes", saving.weight_bytes},
                                     {"macc", saving.macc}});
    }
    if (report.has_c) {
        document["compiler"] = report.c_check.compiler;
        document["images"] = report.c_check.images;
        document["mismatches"] = report.c_check.mismatches;
        if (!report.c_check.not_done.empty()) {
            document["not_done"] = report.c_check.not_done;
        }
        if (!report.c_check.failed.empty()) {
            document["failed"] = report.c_check.failed;
        }
    }
    return document;
}

json to_json(const FilePredictions& predictions) {
    json files = json::array();
    for (const PredictedFile& file : predictions.files) {
        files.push_back({{"file", file.file}});
        json& row = files.back();
        if (!file.problem.empty()) {
            row["problem"] = file.problem;
            continue;
        }
        row["class"] = predictions.labels[static_cast<std::size_t>(file.top)];
        row["probabilities"] = file.probabilities;
        row["orientation"] = file.orientation;
    }
    return {{"verb", "predict"},
            {"model", predictions.model},
            {"form", predictions.form},
            {"labels", predictions.labels},
            {"files", files}};
}

json to_json(const ProfileReport& report) {
    json document = {{"verb", "profile"},
                     {"network", nanonas::json::to_json(report.network)},
                     {"runtimes", json::array()}};
    if (report.imported) {
        document["file"] = imported_json(*report.imported);
    }
    if (!report.run.empty()) {
        document["run"] = report.run;
    }
    for (const RuntimeCosts& costs : report.runtimes) {
        if (!costs.obstacle.empty()) {
            document["not_costed"][costs.runtime] = costs.obstacle;
            continue;
        }
        json entry = nanonas::json::to_json(costs.cost);
        entry["basis"] = costs.budget.basis;
        entry["budget"] = to_json(costs.budget);
        entry["fits"] = costs.broken.empty();
        document["runtimes"].push_back(entry);
    }
    return document;
}

nlohmann::json to_json(const WrittenPage& page) {
    return {{"verb", "report"}, {"file", page.file}, {"runs", page.runs}, {"notes", page.notes}};
}

json to_json(const std::vector<TrackedRun>& tracked) {
    nlohmann::json rows = nlohmann::json::array();
    for (const TrackedRun& run : tracked) {
        rows.push_back({{"run", run.run},
                        {"id", run.id},
                        {"candidates", run.candidates},
                        {"added", run.added},
                        {"finished", run.finished}});
    }
    return rows;
}

}  // namespace nanonas::pipeline
