#include <limits>

#include "apps/pipeline/device_report_json.hpp"
#include "apps/pipeline/report_json.hpp"

namespace nanonas::pipeline {

using json = nlohmann::json;

namespace {

WinnerReport read_winner(const json& value) {
    WinnerReport winner;
    for (const auto& item : value.items()) {
        if (item.key() == "name" || item.key() == "input" || item.key() == "score" ||
            item.key() == "from_table") {
            continue;
        }
        if (item.value().is_string()) {
            winner.point[item.key()] = item.value().get<std::string>();
        } else {
            winner.point[item.key()] = item.value().get<std::int64_t>();
        }
    }
    // Earlier versions kept no name.
    winner.name = value.contains("name")
                      ? value.at("name").get<std::string>()
                      : "(" + value.at("k").dump() + "," + value.at("c").dump() + ")";
    winner.input = value.value("input", "");
    if (value.contains("score")) {
        winner.score = value.at("score").get<double>();
        winner.from_table = value.at("from_table").get<bool>();
    }
    return winner;
}

Figure read_figure(const json& value) {
    Figure figure{value.at("value").get<std::int64_t>(), std::nullopt};
    if (!value.at("limit").is_null()) {
        figure.limit = value.at("limit").get<std::int64_t>();
    }
    return figure;
}

BudgetReport read_cost(const json& value) {
    BudgetReport cost;
    cost.runtime = value.at("runtime").get<std::string>();
    cost.basis = value.value("basis", "");
    cost.ram_bytes = read_figure(value.at("ram_bytes"));
    cost.flash_bytes = read_figure(value.at("flash_bytes"));
    cost.macc = read_figure(value.at("macc"));
    if (value.contains("instructions")) {
        cost.instructions = value.at("instructions").get<std::int64_t>();
    }
    if (value.contains("latency_us")) {
        cost.latency_us = read_figure(value.at("latency_us"));
    }
    if (value.contains("energy_uj")) {
        cost.energy_uj = read_figure(value.at("energy_uj"));
    }
    return cost;
}

SearchReport read_search(const json& value) {
    SearchReport search;
    search.decided = value.at("decided").get<std::size_t>();
    search.evaluated = value.at("evaluated").get<std::size_t>();
    search.infeasible = value.at("infeasible").get<std::size_t>();
    search.replayed = value.at("replayed").get<std::size_t>();
    search.ahead = value.at("ahead").get<std::size_t>();
    search.ahead_in_vain = value.value("ahead_in_vain", std::size_t{0});
    search.seconds_in_vain = value.value("seconds_in_vain", 0.0);
    search.conclusion = value.value("conclusion", std::vector<std::string>());
    for (const json& worker : value.value("workers", json::array())) {
        search.workers.push_back(read_worker(worker));
    }
    return search;
}

TrainingReport read_training(const json& value) {
    TrainingReport training;
    training.engine = value.value("engine", "");
    training.epochs = value.value("epochs", std::int64_t{0});
    training.batch = value.value("batch", std::int64_t{0});
    training.augment = value.value("augment", "");
    training.validation_accuracy = value.value("validation_accuracy", 0.0);
    training.diverged = value.value("diverged", false);
    training.best_epoch = value.value("best_epoch", std::int64_t{0});
    if (value.contains("mirror")) {
        const json& mirror = value.at("mirror");
        training.mirror =
            MirrorReport{mirror.at("plain").get<double>(), mirror.at("mirrored").get<double>(),
                         mirror.at("images").get<std::int64_t>()};
    }
    return training;
}

CalibrationReport read_calibration(const json& value) {
    CalibrationReport calibration;
    calibration.method = value.at("method").get<std::string>();
    calibration.percentile = value.value("percentile", 0.0);
    calibration.images = value.value("images", std::int64_t{0});
    calibration.sqnr_images = value.value("sqnr_images", std::int64_t{0});
    for (const json& one : value.at("layers")) {
        LayerRangeReport layer;
        layer.name = one.at("name").get<std::string>();
        layer.chosen = one.value("chosen", "");
        if (one.contains("range")) {
            layer.low = one.at("range").at(0).get<float>();
            layer.high = one.at("range").at(1).get<float>();
        }
        for (const auto& ratio : one.at("sqnr_db").items()) {
            layer.sqnr_db[ratio.key()] = ratio.value().is_null()
                                             ? std::numeric_limits<double>::infinity()
                                             : ratio.value().get<double>();
        }
        calibration.layers.push_back(layer);
    }
    return calibration;
}

AccuracyReport read_accuracy(const json& value) {
    return {value.at("images").get<std::int64_t>(), value.at("float").get<double>(),
            value.at("int8").get<double>(), value.at("agreement").get<double>()};
}

Int8LossReport read_int8_loss(const json& value) {
    Int8LossReport loss;
    loss.images = value.at("images").get<std::string>();
    loss.points = value.at("points").get<double>();
    loss.layer = value.at("layer").get<std::string>();
    loss.agreement_before = value.at("agreement_before").get<double>();
    loss.agreement_after = value.at("agreement_after").get<double>();
    loss.steps = value.at("steps").get<int>();
    for (const json& layer : value.value("layers", json::array())) {
        loss.layers.push_back({layer.at("name").get<std::string>(),
                               layer.at("agreement").get<double>(), layer.at("steps").get<int>()});
    }
    loss.advice = value.at("try").get<std::vector<std::string>>();
    return loss;
}

/// A member that a run of another kind has not.
template <typename Part, typename Read>
void read_part(const json& value, const char* key, std::optional<Part>& part, Read read) {
    if (value.contains(key)) {
        part = read(value.at(key));
    }
}

/// Earlier versions kept the products as a list of names.
std::map<std::string, std::string> read_products(const json& value) {
    return value.is_object() ? value.get<std::map<std::string, std::string>>()
                             : std::map<std::string, std::string>();
}

}  // namespace

WorkerReport read_worker(const json& value) {
    return {value.at("host").get<std::string>(),    value.at("source").get<std::string>(),
            value.at("slots").get<std::int64_t>(),  value.at("evaluations").get<std::int64_t>(),
            value.at("losses").get<std::int64_t>(), value.at("seconds").get<double>()};
}

CCheck read_c_check(const json& value) {
    CCheck check;
    check.asked = value.value("asked", std::int64_t{0});
    check.compiler = value.value("compiler", "");
    check.not_done = value.value("not_done", "");
    check.failed = value.value("failed", "");
    check.images = value.value("images", std::int64_t{0});
    check.mismatches = value.value("mismatches", std::int64_t{0});
    return check;
}

RunReport read_run_report(const json& value) {
    RunReport report;
    report.verb = value.value("verb", "");
    report.version = value.value("version", "");
    report.run = value.value("run", "");
    report.check = value.value("check", "");
    read_part(value, "winner", report.winner, read_winner);
    read_part(value, "cost", report.cost, read_cost);
    read_part(value, "search", report.search, read_search);
    read_part(value, "training", report.training, read_training);
    read_part(value, "calibration", report.calibration, read_calibration);
    read_part(value, "int8_loss", report.int8_loss, read_int8_loss);
    read_part(value, "linked", report.linked, read_linked);
    read_part(value, "c_check", report.c_check, [](const json& check) {
        check.at("asked");  // a summary without it is none
        return read_c_check(check);
    });
    read_part(value, "failures", report.failures,
              [](const json& lines) { return lines.get<std::vector<std::string>>(); });
    const json accuracy = value.value("accuracy", json::object());
    for (const auto& item : accuracy.items()) {
        report.accuracy[item.key()] = read_accuracy(item.value());
    }
    for (const json& stage : value.value("stages", json::array())) {
        report.stages.push_back({stage.at("name").get<std::string>(),
                                 stage.at("before").get<double>(), stage.at("after").get<double>(),
                                 stage.at("seconds").get<double>()});
    }
    report.seconds = value.value("seconds", std::map<std::string, double>());
    report.files = value.at("files").get<std::map<std::string, std::string>>();
    report.products = read_products(value.value("products", json::object()));
    return report;
}

}  // namespace nanonas::pipeline
