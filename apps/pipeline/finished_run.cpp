#include "apps/pipeline/finished_run.hpp"

#include "apps/pipeline/report_json.hpp"
#include "space/errors.hpp"
#include "space/json/json_text.hpp"
#include "space/json/strict.hpp"

namespace nanonas::pipeline {

using json = nlohmann::json;

namespace {

void move_paths(json& summary, const std::string& directory) {
    const std::string before = summary.at("files").at("run").get<std::string>();
    for (json& file : summary.at("files")) {
        const std::string name = file.get<std::string>();
        if (name.compare(0, before.size(), before) == 0) {
            file = directory + name.substr(before.size());
        }
    }
    summary["run"] = directory;
}

/// Calls read(summary) with the paths moved.
template <typename Read>
auto with_summary(const std::string& directory, Read read) {
    const std::string file = directory + "/summary.json";
    json summary = nanonas::json::parse_file(file);
    try {
        move_paths(summary, directory);
        return read(summary);
    } catch (const json::exception& error) {
        const std::string what = error.what();
        throw ConfigError(file + ": not the summary of a run (" + what.substr(what.find("] ") + 2) +
                          "); delete it and --resume makes it again");
    }
}

}  // namespace

json finished_summary(const std::string& directory) {
    return with_summary(directory, [](const json& summary) { return summary; });
}

RunReport finished_report(const std::string& directory) {
    return with_summary(directory, [](const json& summary) { return read_run_report(summary); });
}

}  // namespace nanonas::pipeline
