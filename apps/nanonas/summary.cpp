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
#include "space/checksum.hpp"
#include "space/errors.hpp"
#include "space/files.hpp"
#include "space/json/candidate_json.hpp"
#include "space/json/json_text.hpp"
#include "space/json/strict.hpp"
#include "space/printable.hpp"
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
    std::vector<std::string> row = {name, text(entry.at("value"))};
    if (entry.at("limit").is_null()) {
        row.insert(row.end(), {"no bound", ""});
    } else {
        char share[16];
        std::snprintf(share, sizeof share, "%.1f %%",
                      100.0 * entry.at("value").get<double>() / entry.at("limit").get<double>());
        row.insert(row.end(), {text(entry.at("limit")), share});
    }
    return row;
}

std::string accuracy_text(const json& accuracy) {
    std::vector<std::vector<std::string>> rows = {
        {"accuracy", "float", "int8", "agreement", "images"}};
    for (const char* name : {"validation", "test"}) {
        if (accuracy.contains(name)) {
            const json& one = accuracy.at(name);
            rows.push_back({std::string("  ") + name, percent_text(one.at("float")),
                            percent_text(one.at("int8")), percent_text(one.at("agreement")),
                            grouped(one.at("images"))});
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
    std::string text = "  search    " + grouped(search.at("decided")) +
                       " candidates: " + grouped(search.at("evaluated")) + " evaluated, " +
                       grouped(search.at("infeasible")) + " infeasible";
    if (search.at("replayed") > 0) {
        text += "; " + grouped(search.at("replayed")) + " from the journal";
    }
    if (search.at("ahead") > 0) {
        text += "; " + grouped(search.at("ahead")) + " ahead on idle cores, " +
                grouped(search.at("ahead_in_vain")) + " of them in vain (" +
                duration_text(search.at("seconds_in_vain")) + ")";
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
            text += std::string(text.empty() ? "" : ", ") + name + " " +
                    duration_text(seconds.at(name));
        }
    }
    return "  wall time " + duration_text(seconds.at("total")) +
           (text.empty() ? "" : " (" + text + ")") + "\n";
}

/// The paths of a run that may have been copied or moved since, as they are now.
void move_paths(json& summary, const std::string& path) {
    const std::string before = summary.at("files").at("run").get<std::string>();
    for (json& file : summary.at("files")) {
        const std::string name = file.get<std::string>();
        if (name.compare(0, before.size(), before) == 0) {
            file = path + name.substr(before.size());
        }
    }
    summary["run"] = path;
}

}  // namespace

std::string table(std::vector<std::vector<std::string>> rows, const std::string& indent,
                  std::size_t left) {
    std::vector<std::size_t> widths;
    for (auto& row : rows) {
        std::transform(row.begin(), row.end(), row.begin(), one_line);
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
        {"cost (" + cost.at("runtime").get<std::string>() + ")", "value", "limit", "share"},
        cost_row("  RAM", cost.at("ram_bytes"), bytes_text),
        cost_row("  flash", cost.at("flash_bytes"), bytes_text),
        cost_row("  MACC", cost.at("macc"), grouped)};
    if (cost.contains("latency_us")) {
        rows.push_back(cost_row("  latency, estimated", cost.at("latency_us"), milliseconds_text));
    }
    if (cost.contains("energy_uj")) {
        rows.push_back(cost_row("  energy, estimated", cost.at("energy_uj"), microjoules_text));
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
    summary["check"] = kBlankCheck;
    const std::string text = sealed(nanonas::json::text(summary, 2) + "\n");
    summary = nanonas::json::parse_text(text, run.file("summary.json"));
    run.require_in_place();
    write_file(run.file("summary.json"), text);
    session.result(summary, summary_text(summary));
}

void tell_start(Session& session, const RunPlan& plan) {
    if (!plan.amiss.empty()) {
        session.display().line(plan.path + ": " + plan.amiss + ": made again");
    } else if (plan.unchecked) {
        session.display().line(plan.path + ": its C was not checked yet: the last stage again");
    } else if (session.config().output.resume && !plan.exists) {
        session.display().line(plan.path + ": no run there yet: started anew");
    }
}

int show_finished(Session& session, const RunPlan& plan) {
    const std::string file = plan.path + "/summary.json";
    json summary = nanonas::json::parse_text(read_file(file), file);
    std::string text;
    bool failed = false;
    try {
        move_paths(summary, plan.path);
        text = summary_text(summary);
        failed = !summary.value("failures", json::array()).empty();
    } catch (const json::exception& error) {
        const std::string what = error.what();
        throw ConfigError(file + ": not the summary of a run (" + what.substr(what.find("] ") + 2) +
                          "); delete it and --resume makes it again");
    }
    session.display().line(plan.path + ": this run is finished; its summary again");
    session.result(summary, text);
    return failed ? kFailed : kDone;
}

json winner_json(const space::Candidate& candidate, const std::vector<space::Axis>& axes) {
    json value = nanonas::json::candidate_json(candidate, axes);
    value["name"] = space::to_string(candidate, axes);
    return value;
}

std::string summary_text(const json& summary) {
    std::string text = "\n";
    if (summary.contains("winner")) {
        const json& winner = summary.at("winner");
        // Earlier versions kept no name.
        text += "Winner " + (winner.contains("name")
                                 ? winner.at("name").get<std::string>()
                                 : "(" + winner.at("k").dump() + "," + winner.at("c").dump() + ")");
        if (winner.contains("score")) {
            text += ", score " + score_text(winner.at("score"), winner.at("from_table"));
        }
        if (winner.contains("input")) {
            text += ", input " + winner.at("input").get<std::string>();
        }
        text += "\n\n";
    }
    if (summary.contains("accuracy")) {
        text += accuracy_text(summary.at("accuracy"));
        if (summary.contains("int8_loss")) {
            text += int8_loss_text(summary.at("int8_loss"));
        }
        text += "\n";
    }
    if (summary.contains("calibration")) {
        text += calibration_text(summary.at("calibration")) + "\n";
    }
    if (summary.contains("cost")) {
        text += cost_text(summary.at("cost")) + "\n";
    }
    if (summary.contains("linked") && summary.contains("cost")) {
        text += linked_text(summary.at("linked"), summary.at("cost"));
    }
    if (summary.contains("search")) {
        text += search_text(summary.at("search"));
    }
    if (summary.contains("c_check")) {
        text += "  C check   " + check_line(summary.at("c_check")) + "\n";
    }
    if (summary.contains("seconds") && summary.at("seconds").contains("total")) {
        text += seconds_text(summary.at("seconds"));
    }
    for (const auto& [name, heading] :
         std::vector<std::pair<const char*, const char*>>{{"run", "  run       "},
                                                          {"model", "  model     "},
                                                          {"tflite", "  TFLite    "},
                                                          {"onnx", "  ONNX      "},
                                                          {"c", "  C source  "}}) {
        if (summary.contains("files") && summary.at("files").contains(name)) {
            text += heading + one_line(summary.at("files").at(name).get<std::string>()) + "\n";
        }
    }
    return text;
}

}  // namespace nanonas::app
