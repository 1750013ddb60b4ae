#include "apps/nanonas/views/summary.hpp"

#include <cmath>
#include <map>
#include <utility>

#include "apps/nanonas/views/device_view.hpp"
#include "apps/nanonas/views/table.hpp"
#include "apps/pipeline/figures.hpp"
#include "export/int8/calibrate.hpp"
#include "space/printable.hpp"
#include "space/text.hpp"

namespace nanonas::app {

using namespace pipeline;

namespace {

using NumberText = std::string (*)(std::int64_t);

std::string microjoules_text(std::int64_t value) {
    return grouped(value) + " uJ";
}

std::string count(std::size_t value) {
    return grouped(static_cast<std::int64_t>(value));
}

std::vector<std::string> cost_row(const char* name, const Figure& figure, NumberText text) {
    std::vector<std::string> row = {name, text(figure.value)};
    if (!figure.limit) {
        row.insert(row.end(), {"no bound", ""});
    } else {
        char share[16];
        std::snprintf(
            share, sizeof share, "%.1f %%",
            100.0 * static_cast<double>(figure.value) / static_cast<double>(*figure.limit));
        row.insert(row.end(), {text(*figure.limit), share});
    }
    return row;
}

std::string winner_text(const WinnerReport& winner) {
    return "Winner " + winner.name +
           (winner.score ? ", score " + score_text(*winner.score, winner.from_table) : "") +
           (winner.input.empty() ? "" : ", input " + winner.input) + "\n\n";
}

std::string accuracy_text(const std::map<std::string, AccuracyReport>& accuracy) {
    std::vector<std::vector<std::string>> rows = {
        {"accuracy", "float", "int8", "agreement", "images"}};
    for (const char* name : {"validation", "test"}) {
        const auto found = accuracy.find(name);
        if (found != accuracy.end()) {
            const AccuracyReport& one = found->second;
            rows.push_back({std::string("  ") + name, percent_text(one.of_float),
                            percent_text(one.of_int8), percent_text(one.agreement),
                            grouped(one.images)});
        }
    }
    std::string text = table(rows, "  ");
    if (accuracy.count("test") == 0) {
        text +=
            "  No test images: the network was chosen on the validation images, so their "
            "figures flatter it.\n";
    }
    return text;
}

/// "41.7", or "exact" without error.
std::string decibel_text(double sqnr_db) {
    if (!std::isfinite(sqnr_db)) {
        return "exact";
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", sqnr_db);
    return text;
}

std::string calibration_text(const CalibrationReport& calibration) {
    std::vector<std::string> methods;
    for (const std::string& name : exporting::calibration_names()) {
        if (!calibration.layers.empty() && calibration.layers.front().sqnr_db.count(name) > 0) {
            methods.push_back(name);
        }
    }
    std::vector<std::vector<std::string>> rows = {
        {"int8 ranges by " + calibration.method + ": SQNR dB"}};
    rows[0].insert(rows[0].end(), methods.begin(), methods.end());
    if (methods.size() > 1) {
        rows[0].emplace_back("chosen");
    }
    for (const LayerRangeReport& layer : calibration.layers) {
        std::vector<std::string> row = {"  " + layer.name};
        for (const std::string& method : methods) {
            row.push_back(decibel_text(layer.sqnr_db.at(method)));
        }
        if (methods.size() > 1) {
            row.push_back(layer.chosen);
        }
        rows.push_back(row);
    }
    std::string text = table(rows, "  ");
    if (calibration.method == "score") {
        text +=
            "  Peaks and scores that never win are clipped: less SQNR there keeps more classes.\n";
    }
    return text;
}

std::string stages_text(const std::vector<StageReport>& stages) {
    std::string text;
    for (const StageReport& stage : stages) {
        text += "  stage     " + stage.name + ": validation accuracy (float) " +
                percent_text(stage.before) + " before, " + percent_text(stage.after) + " after, " +
                duration_text(stage.seconds) + "\n";
    }
    return text;
}

std::string search_text(const SearchReport& search) {
    std::string text = "  search    " + count(search.decided) +
                       " candidates: " + count(search.evaluated) + " evaluated, " +
                       count(search.infeasible) + " infeasible";
    if (search.replayed > 0) {
        text += "; " + count(search.replayed) + " from the journal";
    }
    if (search.ahead > 0) {
        text += "; " + count(search.ahead) + " ahead on idle cores, " +
                count(search.ahead_in_vain) + " of them in vain (" +
                duration_text(search.seconds_in_vain) + ")";
    }
    text += "\n" + workers_text(search.workers);
    for (const std::string& line : search.conclusion) {
        text += "            " + line + "\n";
    }
    return text;
}

std::string check_text(const CCheck& check) {
    if (!check.failed.empty()) {
        return "FAILED: " + check.failed;
    }
    if (check.was_not_done()) {
        return "not done: " +
               (check.not_done.empty() ? "no C compiler (cc, gcc or clang) here" : check.not_done);
    }
    if (check.asked == 0) {
        return "not asked for";
    }
    const std::string images = grouped(check.images);
    if (check.mismatches > 0) {
        return "FAILED: " + grouped(check.mismatches) + " of " + images +
               " images differ from the integer reference";
    }
    return "compiled with " + check.compiler + ", " + images +
           " images: every byte equals the integer reference";
}

std::string seconds_text(const std::map<std::string, double>& seconds) {
    std::string text;
    for (const char* name : {"load", "search", "training", "int8", "c"}) {
        const auto found = seconds.find(name);
        if (found != seconds.end()) {
            text +=
                std::string(text.empty() ? "" : ", ") + name + " " + duration_text(found->second);
        }
    }
    return "  wall time " + duration_text(seconds.at("total")) +
           (text.empty() ? "" : " (" + text + ")") + "\n";
}

std::string files_text(const std::map<std::string, std::string>& files) {
    const std::pair<const char*, const char*> headings[] = {
        {"run", "  run       "},    {"report", "  report    "}, {"model", "  model     "},
        {"tflite", "  TFLite    "}, {"onnx", "  ONNX      "},   {"c", "  C source  "}};
    std::string text;
    for (const auto& heading : headings) {
        const auto found = files.find(heading.first);
        if (found != files.end()) {
            text += heading.second + one_line(found->second) + "\n";
        }
    }
    return text;
}

}  // namespace

std::string cost_text(const BudgetReport& cost) {
    std::vector<std::vector<std::string>> rows = {
        {"cost (" + cost.runtime + ")", "value", "limit", "share"},
        cost_row("  RAM", cost.ram_bytes, bytes_text),
        cost_row("  flash", cost.flash_bytes, bytes_text),
        cost_row("  MACC", cost.macc, grouped)};
    if (cost.latency_us) {
        rows.push_back(cost_row("  latency, estimated", *cost.latency_us, milliseconds_text));
    }
    if (cost.energy_uj) {
        rows.push_back(cost_row("  energy, estimated", *cost.energy_uj, microjoules_text));
    }
    return table(rows, "  ");
}

std::string int8_loss_text(const Int8LossReport& loss) {
    char points[32];
    std::snprintf(points, sizeof points, "%.1f", loss.points);
    std::string text = "  WARNING: int8 costs " + std::string(points) + " points on the " +
                       loss.images + " images. Most is lost in layer " + loss.layer +
                       ", whose values take " + grouped(loss.steps) + " of 256 steps:\n  " +
                       percent_text(loss.agreement_before) +
                       " of images keep their float class before it, " +
                       percent_text(loss.agreement_after) + " behind it. To try: ";
    for (std::size_t i = 0; i < loss.advice.size(); ++i) {
        text += (i == 0 ? "" : i + 1 == loss.advice.size() ? " or " : ", ") + loss.advice[i];
    }
    return text + ".\n";
}

std::string confusion_text(const std::vector<std::vector<std::int64_t>>& confusion,
                           const std::vector<std::string>& labels) {
    std::vector<std::vector<std::string>> rows = {{"confusion (int8): true class by row"}};
    for (std::size_t i = 0; i < labels.size(); ++i) {
        rows[0].push_back(std::to_string(i));
    }
    for (std::size_t i = 0; i < labels.size(); ++i) {
        std::vector<std::string> row = {"  " + std::to_string(i) + " " + labels[i]};
        for (const std::int64_t images : confusion.at(i)) {
            row.push_back(std::to_string(images));
        }
        rows.push_back(row);
    }
    return table(rows, "  ");
}

std::string summary_text(const RunReport& report) {
    std::string text = "\n";
    if (report.winner) {
        text += winner_text(*report.winner);
    }
    if (!report.accuracy.empty()) {
        text += accuracy_text(report.accuracy);
        if (report.int8_loss) {
            text += int8_loss_text(*report.int8_loss);
        }
        text += "\n";
    }
    if (report.calibration) {
        text += calibration_text(*report.calibration) + "\n";
    }
    if (report.cost) {
        text += cost_text(*report.cost) + "\n";
    }
    if (report.linked && report.cost) {
        text += linked_text(*report.linked, *report.cost);
    }
    if (report.search) {
        text += search_text(*report.search);
    }
    text += stages_text(report.stages);
    if (report.c_check) {
        text += "  C check   " + check_text(*report.c_check) + "\n";
    }
    if (report.seconds.count("total") > 0) {
        text += seconds_text(report.seconds);
    }
    return text + files_text(report.files);
}

/// Who trained: workers of one host and source together.
std::string workers_text(const std::vector<WorkerReport>& workers) {
    std::map<std::pair<std::string, std::string>, WorkerReport> places;
    for (const WorkerReport& worker : workers) {
        WorkerReport& place = places[{worker.source, worker.host}];
        place.slots += worker.slots;
        place.evaluations += worker.evaluations;
        place.losses += worker.losses;
        place.seconds += worker.seconds;
    }
    std::string text;
    for (const auto& entry : places) {
        const auto& [source, host] = entry.first;
        const WorkerReport& place = entry.second;
        text += (text.empty() ? "  workers   " : "            ") + (host.empty() ? "none" : host) +
                (source.empty() ? "" : " (" + source + ")") + ": slots " +
                std::to_string(place.slots) + ", trainings " + std::to_string(place.evaluations) +
                " in " + duration_text(place.seconds) +
                (place.losses > 0 ? ", lost " + std::to_string(place.losses) : "") + "\n";
    }
    return text;
}

}  // namespace nanonas::app
