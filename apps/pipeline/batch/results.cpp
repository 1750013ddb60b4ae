#include "apps/pipeline/batch/results.hpp"

#include <filesystem>

#include "apps/pipeline/report_json.hpp"
#include "space/files.hpp"
#include "space/json/json_text.hpp"
#include "space/printable.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline {

using json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr const char* kFigures[] = {
    "score",      "validation_float", "validation_int8", "test_float",
    "test_int8",  "ram_bytes",        "flash_bytes",     "macc",
    "latency_us", "energy_uj"};

/// Wall time of the whole run where its report tells it.
double seconds_of(const BatchRunReport& run) {
    if (run.report) {
        const auto total = run.report->seconds.find("total");
        if (total != run.report->seconds.end()) {
            return total->second;
        }
    }
    return run.seconds;
}

std::string folder_of(const BatchRunReport& run) {
    return fs::path(run.directory).filename().string();
}

json to_json(const BatchWork& work) {
    json workers = json::array();
    for (const WorkerReport& worker : work.workers) {
        workers.push_back(to_json(worker));
    }
    return {{"seconds", work.seconds},
            {"cpu_seconds", work.cpu_seconds},
            {"threads", work.threads},
            {"busy", work.busy()},
            {"workers", workers}};
}

/// For XML 1.0, which has no escape for control characters.
std::string xml(const std::string& text) {
    std::string escaped;
    for (const char letter : one_line(text)) {
        switch (letter) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            default:
                escaped += letter;
        }
    }
    return escaped;
}

std::string attribute(const char* name, const std::string& value) {
    return std::string(" ") + name + "=\"" + xml(value) + "\"";
}

std::string seconds_text(double seconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", seconds);
    return text;
}

std::string test_case(const BatchReport& report, const BatchRunReport& run) {
    std::string text = "  <testcase" + attribute("classname", report.name) +
                       attribute("name", run.name) +
                       attribute("time", seconds_text(seconds_of(run))) + ">";
    switch (run.status) {
        case RunStatus::kDone:
            break;
        case RunStatus::kFailed:
            text += std::string("<") + (run.bad_input ? "error" : "failure") +
                    attribute("message", run.message) + "/>";
            break;
        case RunStatus::kNothingFits:
            text += "<system-out>" + xml(run.message) + "</system-out>";
            break;
        case RunStatus::kMissing:
        case RunStatus::kUnfinished:
            text += "<skipped" + attribute("message", to_string(run.status)) + "/>";
            break;
    }
    return text + "</testcase>\n";
}

json settings_json(const Settings& settings) {
    json value = json::object();
    for (const auto& [name, text] : settings) {
        value[name] = text;
    }
    return value;
}

json to_json(const BatchGroup& group) {
    json figures = json::object();
    for (const auto& [name, spread] : group.figures) {
        figures[name] = {{"mean", spread.mean},
                         {"deviation", spread.deviation ? json(*spread.deviation) : json()},
                         {"runs", spread.count}};
    }
    json statuses = json::object();
    for (const auto& [status, count] : group.statuses) {
        statuses[to_string(status)] = count;
    }
    return {{"settings", settings_json(group.settings)},
            {"runs", group.runs},
            {"statuses", statuses},
            {"winners", group.winners},
            {"figures", figures}};
}

json to_json(const BatchRunReport& run) {
    json value = {{"name", run.name},
                  {"settings", settings_json(run.settings)},
                  {"directory", folder_of(run)},
                  {"status", to_string(run.status)}};
    if (!run.message.empty()) {
        value["message"] = run.message;
    }
    if (run.status == RunStatus::kFailed) {
        value["bad_input"] = run.bad_input;
    }
    if (run.report) {
        value["summary"] = to_json(*run.report);
    }
    return value;
}

}  // namespace

std::string results_csv(const BatchReport& report) {
    std::vector<std::string> heading = {"run", "status"};
    heading.insert(heading.end(), report.options.begin(), report.options.end());
    heading.emplace_back("winner");
    heading.insert(heading.end(), std::begin(kFigures), std::end(kFigures));
    heading.insert(heading.end(), {"seconds", "message"});
    std::string text = csv_row(heading);
    for (const BatchRunReport& run : report.runs) {
        std::vector<std::string> row = {run.name, to_string(run.status)};
        for (const std::string& option : report.options) {
            row.push_back(setting_of(run.settings, option));
        }
        row.push_back(run.report && run.report->winner ? run.report->winner->name : "");
        const std::map<std::string, double> figures =
            run.report ? figures_of(*run.report) : std::map<std::string, double>();
        for (const char* name : kFigures) {
            const auto found = figures.find(name);
            row.push_back(found == figures.end() ? "" : shortest_text(found->second));
        }
        row.push_back(seconds_of(run) > 0.0 ? seconds_text(seconds_of(run)) : "");
        row.push_back(run.message);
        text += csv_row(row);
    }
    return text;
}

json to_json(const BatchReport& report) {
    json runs = json::array();
    for (const BatchRunReport& run : report.runs) {
        runs.push_back(to_json(run));
    }
    json groups = json::array();
    for (const BatchGroup& group : groups_of(report)) {
        groups.push_back(to_json(group));
    }
    json counts = json::object();
    for (const RunStatus status : {RunStatus::kMissing, RunStatus::kUnfinished, RunStatus::kDone,
                                   RunStatus::kFailed, RunStatus::kNothingFits}) {
        counts[to_string(status)] = report.count(status);
    }
    json value = {{"name", report.name},
                  {"directory", report.directory},
                  {"options", report.options},
                  {"counts", counts},
                  {"runs", runs},
                  {"groups", groups}};
    if (report.work) {
        value["work"] = to_json(*report.work);
    }
    return value;
}

json to_json(const BatchSurvey& survey) {
    json value = to_json(survey.batch);
    value.erase("groups");
    for (std::size_t i = 0; i < survey.smallest.size(); ++i) {
        const SmallestNetwork& smallest = survey.smallest[i];
        json& told = value["runs"][i]["smallest"];
        told = {{"name", smallest.name}, {"fits", smallest.misfit.empty()}};
        if (smallest.cost) {
            told["cost"] = to_json(*smallest.cost);
        }
        if (!smallest.misfit.empty()) {
            told["misfit"] = smallest.misfit;
        }
    }
    value["data_sets"] = survey.data_sets;
    return value;
}

std::string junit_xml(const BatchReport& report) {
    double seconds = 0.0;
    std::size_t failures = 0, errors = 0;
    for (const BatchRunReport& run : report.runs) {
        seconds += seconds_of(run);
        if (run.status == RunStatus::kFailed) {
            ++(run.bad_input ? errors : failures);
        }
    }
    const std::size_t skipped =
        report.count(RunStatus::kMissing) + report.count(RunStatus::kUnfinished);
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite" +
                       attribute("name", report.name) +
                       attribute("tests", std::to_string(report.runs.size())) +
                       attribute("failures", std::to_string(failures)) +
                       attribute("errors", std::to_string(errors)) +
                       attribute("skipped", std::to_string(skipped)) +
                       attribute("time", seconds_text(seconds)) + ">\n";
    for (const BatchRunReport& run : report.runs) {
        text += test_case(report, run);
    }
    return text + "</testsuite>\n";
}

std::optional<BatchWork> earlier_work(const std::string& directory) {
    try {
        const json value = nanonas::json::parse_file(directory + "/results.json").at("work");
        BatchWork work;
        work.seconds = value.at("seconds").get<double>();
        work.cpu_seconds = value.at("cpu_seconds").get<double>();
        work.threads = value.at("threads").get<int>();
        for (const json& worker : value.at("workers")) {
            work.workers.push_back(read_worker(worker));
        }
        return work;
    } catch (const Error&) {
    } catch (const json::exception&) {
    }
    return std::nullopt;
}

void write_results(const BatchReport& report) {
    const std::string folder = report.directory + "/";
    write_files({{folder + "results.csv", results_csv(report)},
                 {folder + "results.json", nanonas::json::text(to_json(report), 2) + "\n"},
                 {folder + "junit.xml", junit_xml(report)}});
}

}  // namespace nanonas::pipeline
