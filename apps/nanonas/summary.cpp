#include "apps/nanonas/summary.hpp"

#include <algorithm>
#include <vector>

#include "apps/nanonas/c_check.hpp"
#include "apps/nanonas/calibration_view.hpp"
#include "apps/nanonas/display.hpp"
#include "apps/nanonas/int8_warning.hpp"
#include "apps/nanonas/linked.hpp"
#include "apps/nanonas/run_directory.hpp"
#include "apps/nanonas/search_view.hpp"
#include "apps/nanonas/session.hpp"
#include "space/files.hpp"
#include "space/json/json_text.hpp"
#include "space/json/strict.hpp"
#include "space/text.hpp"

namespace nanonas::app {

namespace {

using json = nlohmann::json;

using NumberText = std::string (*)(std::int64_t);

std::string microjoules_text(std::int64_t value) {
    return grouped(value) + " uJ";
}

std::vector<std::string> cost_row(const char* name, const json& entry, NumberText number_text) {
    const auto text = [number_text](const json& number) {
        return number_text(number.get<std::int64_t>());
    };
    std::vector<std::string> row = {name, text(entry["value"])};
    if (entry["limit"].is_null()) {
        row.insert(row.end(), {"no bound", ""});
    } else {
        char share[16];
        std::snprintf(share, sizeof share, "%.1f %%",
                      100.0 * entry["value"].get<double>() / entry["limit"].get<double>());
        row.insert(row.end(), {text(entry["limit"]), share});
    }
    return row;
}

std::string accuracy_text(const json& accuracy) {
    std::vector<std::vector<std::string>> rows = {
        {"accuracy", "float", "int8", "agreement", "images"}};
    for (const char* name : {"validation", "test"}) {
        if (accuracy.contains(name)) {
            const json& one = accuracy[name];
            rows.push_back({std::string("  ") + name, percent_text(one["float"]),
                            percent_text(one["int8"]), percent_text(one["agreement"]),
                            grouped(one["images"])});
        }
    }
    std::string text = table(rows, "  ");
    if (!accuracy.contains("test")) {
        text +=
            "  No test images: the network was chosen on the validation images, so their "
            "figures flatter it.\n";
    }
    return text;
}

std::string search_text(const json& search) {
    std::string text = "  search    " + grouped(search["decided"]) +
                       " candidates: " + grouped(search["evaluated"]) + " evaluated, " +
                       grouped(search["infeasible"]) + " infeasible";
    if (search["replayed"] > 0) {
        text += "; " + grouped(search["replayed"]) + " from the journal";
    }
    if (search["ahead"] > 0) {
        text += "; " + grouped(search["ahead"]) + " ahead on idle cores, " +
                grouped(search["ahead_in_vain"]) + " of them in vain (" +
                duration_text(search["seconds_in_vain"]) + ")";
    }
    text += "\n";
    if (search.contains("conclusion")) {
        for (const json& line : search["conclusion"]) {
            text += "            " + line.get<std::string>() + "\n";
        }
    }
    return text;
}

std::string seconds_text(const json& seconds) {
    std::string text;
    for (const char* name : {"load", "search", "training", "int8", "c"}) {
        if (seconds.contains(name)) {
            text +=
                std::string(text.empty() ? "" : ", ") + name + " " + duration_text(seconds[name]);
        }
    }
    return "  wall time " + duration_text(seconds["total"]) +
           (text.empty() ? "" : " (" + text + ")") + "\n";
}

/// The paths of a run that may have been copied or moved since, as they are now.
void move_paths(json& summary, const std::string& path) {
    const std::string before = summary["files"]["run"].get<std::string>();
    for (json& file : summary["files"]) {
        const std::string name = file.get<std::string>();
        if (name.compare(0, before.size(), before) == 0) {
            file = path + name.substr(before.size());
        }
    }
    summary["run"] = path;
}

}  // namespace

std::string table(const std::vector<std::vector<std::string>>& rows, const std::string& indent,
                  std::size_t left) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()), 0);
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line = indent;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string space(widths[i] - row[i].size(), ' ');
            line += (i == 0 ? "" : "  ") + (i < left ? row[i] + space : space + row[i]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

std::string cost_text(const json& cost) {
    std::vector<std::vector<std::string>> rows = {
        {"cost (" + cost["runtime"].get<std::string>() + ")", "value", "limit", "share"},
        cost_row("  RAM", cost["ram_bytes"], bytes_text),
        cost_row("  flash", cost["flash_bytes"], bytes_text),
        cost_row("  MACC", cost["macc"], grouped)};
    if (cost.contains("latency_us")) {
        rows.push_back(cost_row("  latency, estimated", cost["latency_us"], milliseconds_text));
    }
    if (cost.contains("energy_uj")) {
        rows.push_back(cost_row("  energy, estimated", cost["energy_uj"], microjoules_text));
    }
    return table(rows, "  ");
}

std::string confusion_text(const std::vector<std::vector<std::int64_t>>& confusion,
                           const std::vector<std::string>& labels) {
    std::vector<std::vector<std::string>> rows = {{"confusion (int8): true class by row"}};
    for (std::size_t i = 0; i < labels.size(); ++i) {
        rows[0].push_back(std::to_string(i));
    }
    for (std::size_t i = 0; i < labels.size(); ++i) {
        std::vector<std::string> row = {"  " + std::to_string(i) + " " + labels[i]};
        for (const std::int64_t count : confusion.at(i)) {
            row.push_back(std::to_string(count));
        }
        rows.push_back(row);
    }
    return table(rows, "  ");
}

void finish_run(Session& session, const RunDirectory& run, const Stopwatch& watch,
                nlohmann::json& summary) {
    summary["files"]["run"] = run.path();
    summary["seconds"]["total"] = watch.seconds();
    write_file(run.file("summary.json"), nanonas::json::text(summary, 2) + "\n");
    session.result(summary, summary_text(summary));
}

void tell_start(Session& session, const RunPlan& plan) {
    if (!plan.gone.empty()) {
        session.display().line(plan.path + ": " + plan.gone + " is gone: made again");
    } else if (plan.unchecked) {
        session.display().line(plan.path + ": its C was not checked yet: the last stage again");
    } else if (session.config().output.resume && !plan.exists) {
        session.display().line(plan.path + ": no run there yet: started anew");
    }
}

int show_finished(Session& session, const RunPlan& plan) {
    const std::string file = plan.path + "/summary.json";
    json summary = nanonas::json::parse_text(read_file(file), file);
    move_paths(summary, plan.path);
    session.display().line(plan.path + ": this run is finished; its summary again");
    session.result(summary, summary_text(summary));
    return summary.value("failures", json::array()).empty() ? kDone : kFailed;
}

std::string summary_text(const json& summary) {
    std::string text = "\n";
    if (summary.contains("winner")) {
        const json& winner = summary["winner"];
        text += "Winner (" + std::to_string(winner["k"].get<std::int64_t>()) + "," +
                std::to_string(winner["c"].get<std::int64_t>()) + ")";
        if (winner.contains("score")) {
            text += ", score " + score_text(winner["score"], winner["from_table"]);
        }
        if (winner.contains("input")) {
            text += ", input " + winner["input"].get<std::string>();
        }
        text += "\n\n";
    }
    if (summary.contains("accuracy")) {
        text += accuracy_text(summary["accuracy"]);
        if (summary.contains("int8_loss")) {
            text += int8_loss_text(summary["int8_loss"]);
        }
        text += "\n";
    }
    if (summary.contains("calibration")) {
        text += calibration_text(summary["calibration"]) + "\n";
    }
    if (summary.contains("cost")) {
        text += cost_text(summary["cost"]) + "\n";
    }
    if (summary.contains("linked") && summary.contains("cost")) {
        text += linked_text(summary["linked"], summary["cost"]);
    }
    if (summary.contains("search")) {
        text += search_text(summary["search"]);
    }
    if (summary.contains("c_check")) {
        text += "  C check   " + check_line(summary["c_check"]) + "\n";
    }
    if (summary.contains("seconds") && summary["seconds"].contains("total")) {
        text += seconds_text(summary["seconds"]);
    }
    for (const auto& [name, heading] :
         std::vector<std::pair<const char*, const char*>>{{"run", "  run       "},
                                                          {"model", "  model     "},
                                                          {"tflite", "  TFLite    "},
                                                          {"onnx", "  ONNX      "},
                                                          {"c", "  C source  "}}) {
        if (summary.contains("files") && summary["files"].contains(name)) {
            text += heading + summary["files"][name].get<std::string>() + "\n";
        }
    }
    return text;
}

}  // namespace nanonas::app
