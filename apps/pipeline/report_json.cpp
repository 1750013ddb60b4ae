#include "apps/pipeline/report_json.hpp"

#include <cmath>

#include "apps/pipeline/device_report_json.hpp"

namespace nanonas::pipeline {

using json = nlohmann::json;

namespace {

json to_json(const WinnerReport& winner) {
    json value = {{"name", winner.name}};
    for (const auto& [axis, at] : winner.point) {
        value[axis] = std::visit([](const auto& one) { return json(one); }, at);
    }
    if (!winner.input.empty()) {
        value["input"] = winner.input;
    }
    if (winner.score) {
        value["score"] = *winner.score;
        value["from_table"] = winner.from_table;
    }
    return value;
}

json to_json(const Figure& figure) {
    return {{"value", figure.value}, {"limit", figure.limit ? json(*figure.limit) : json()}};
}

json to_json(const SearchReport& search) {
    json value = {{"decided", search.decided},
                  {"evaluated", search.evaluated},
                  {"infeasible", search.infeasible},
                  {"replayed", search.replayed},
                  {"ahead", search.ahead},
                  {"ahead_in_vain", search.ahead_in_vain},
                  {"seconds_in_vain", search.seconds_in_vain},
                  {"conclusion", search.conclusion}};
    for (const WorkerReport& worker : search.workers) {
        value["workers"].push_back(to_json(worker));
    }
    return value;
}

json to_json(const TrainingReport& training) {
    json value = {
        {"batch", training.batch},           {"augment", training.augment},
        {"engine", training.engine},         {"epochs", training.epochs},
        {"best_epoch", training.best_epoch}, {"validation_accuracy", training.validation_accuracy},
        {"diverged", training.diverged}};
    if (training.mirror) {
        value["mirror"] = {{"plain", training.mirror->plain},
                           {"mirrored", training.mirror->mirrored},
                           {"images", training.mirror->images}};
    }
    return value;
}

json to_json(const CalibrationReport& calibration) {
    json layers = json::array();
    for (const LayerRangeReport& layer : calibration.layers) {
        json ratios = json::object();
        for (const auto& [method, ratio] : layer.sqnr_db) {
            ratios[method] = std::isfinite(ratio) ? json(ratio) : json();
        }
        layers.push_back({{"name", layer.name},
                          {"chosen", layer.chosen},
                          {"range", {layer.low, layer.high}},
                          {"sqnr_db", ratios}});
    }
    return {{"method", calibration.method},
            {"percentile", calibration.percentile},
            {"images", calibration.images},
            {"sqnr_images", calibration.sqnr_images},
            {"layers", layers}};
}

}  // namespace

json to_json(const BudgetReport& cost) {
    json value = {{"runtime", cost.runtime},
                  {"basis", cost.basis},
                  {"ram_bytes", to_json(cost.ram_bytes)},
                  {"flash_bytes", to_json(cost.flash_bytes)},
                  {"macc", to_json(cost.macc)}};
    if (cost.instructions) {
        value["instructions"] = *cost.instructions;
    }
    if (cost.latency_us) {
        value["latency_us"] = to_json(*cost.latency_us);
    }
    if (cost.energy_uj) {
        value["energy_uj"] = to_json(*cost.energy_uj);
    }
    return value;
}

json to_json(const AccuracyReport& accuracy) {
    return {{"images", accuracy.images},
            {"float", accuracy.of_float},
            {"int8", accuracy.of_int8},
            {"agreement", accuracy.agreement}};
}

json to_json(const Int8LossReport& loss) {
    json layers = json::array();
    for (const LayerLossReport& layer : loss.layers) {
        layers.push_back(
            {{"name", layer.name}, {"agreement", layer.agreement}, {"steps", layer.steps}});
    }
    return {{"images", loss.images},
            {"points", loss.points},
            {"layer", loss.layer},
            {"agreement_before", loss.agreement_before},
            {"agreement_after", loss.agreement_after},
            {"steps", loss.steps},
            {"layers", layers},
            {"try", loss.advice}};
}

json to_json(const CCheck& check) {
    json value = {{"asked", check.asked},
                  {"compiler", check.compiler},
                  {"images", check.images},
                  {"mismatches", check.mismatches}};
    if (!check.not_done.empty()) {
        value["not_done"] = check.not_done;
    }
    if (!check.failed.empty()) {
        value["failed"] = check.failed;
    }
    return value;
}

json to_json(const WorkerReport& worker) {
    return {{"host", worker.host},     {"source", worker.source},
            {"slots", worker.slots},   {"evaluations", worker.evaluations},
            {"losses", worker.losses}, {"seconds", worker.seconds}};
}

json to_json(const RunReport& report) {
    json value = {{"verb", report.verb}, {"version", report.version}};
    const auto text = [&value](const char* key, const std::string& one) {
        if (!one.empty()) {
            value[key] = one;
        }
    };
    const auto part = [&value](const char* key, const auto& one) {
        if (one) {
            value[key] = to_json(*one);
        }
    };
    text("run", report.run);
    text("check", report.check);
    part("winner", report.winner);
    part("cost", report.cost);
    part("search", report.search);
    part("training", report.training);
    part("calibration", report.calibration);
    part("int8_loss", report.int8_loss);
    part("linked", report.linked);
    part("c_check", report.c_check);
    for (const auto& [role, accuracy] : report.accuracy) {
        value["accuracy"][role] = to_json(accuracy);
    }
    for (const auto& [stage, seconds] : report.seconds) {
        value["seconds"][stage] = seconds;
    }
    for (const auto& [kind, path] : report.files) {
        value["files"][kind] = path;
    }
    for (const auto& [path, checksum] : report.products) {
        value["products"][path] = checksum;
    }
    for (const StageReport& stage : report.stages) {
        value["stages"].push_back({{"name", stage.name},
                                   {"before", stage.before},
                                   {"after", stage.after},
                                   {"seconds", stage.seconds}});
    }
    if (report.failures) {
        value["failures"] = *report.failures;
    }
    return value;
}

}  // namespace nanonas::pipeline
