#include "apps/pipeline/batch/batch_report.hpp"

#include <algorithm>
#include <cmath>

#include "space/choice.hpp"

namespace nanonas::pipeline {

namespace {

constexpr Named<RunStatus> kStatuses[] = {{"missing", RunStatus::kMissing},
                                          {"unfinished", RunStatus::kUnfinished},
                                          {"done", RunStatus::kDone},
                                          {"failed", RunStatus::kFailed},
                                          {"nothing fits", RunStatus::kNothingFits}};

Spread spread_of(const std::vector<double>& values) {
    Spread spread;
    spread.count = values.size();
    double sum = 0.0;
    for (const double value : values) {
        sum += value;
    }
    spread.mean = sum / static_cast<double>(values.size());
    if (values.size() > 1) {
        double squares = 0.0;
        for (const double value : values) {
            squares += (value - spread.mean) * (value - spread.mean);
        }
        spread.deviation = std::sqrt(squares / static_cast<double>(values.size() - 1));
    }
    return spread;
}

Settings without_seed(Settings settings) {
    settings.erase(std::remove_if(settings.begin(), settings.end(),
                                  [](const auto& setting) { return setting.first == "seed"; }),
                   settings.end());
    return settings;
}

}  // namespace

const char* to_string(RunStatus status) {
    for (const auto& row : kStatuses) {
        if (row.value == status) {
            return row.name;
        }
    }
    return "";
}

std::size_t BatchReport::count(RunStatus status) const {
    return static_cast<std::size_t>(
        std::count_if(runs.begin(), runs.end(),
                      [status](const BatchRunReport& run) { return run.status == status; }));
}

void take_report(const RunReport& report, BatchRunReport& run) {
    run.report = report;
    run.status = report.failed() ? RunStatus::kFailed : RunStatus::kDone;
    run.message.clear();
    if (report.failed()) {
        for (const std::string& failure : *report.failures) {
            run.message += (run.message.empty() ? "" : "; ") + failure;
        }
    }
}

std::map<std::string, double> figures_of(const RunReport& report) {
    std::map<std::string, double> figures;
    if (report.winner && report.winner->score) {
        figures["score"] = *report.winner->score;
    }
    for (const auto& [role, accuracy] : report.accuracy) {
        figures[role + "_float"] = accuracy.of_float;
        figures[role + "_int8"] = accuracy.of_int8;
    }
    if (report.cost) {
        figures["ram_bytes"] = static_cast<double>(report.cost->ram_bytes.value);
        figures["flash_bytes"] = static_cast<double>(report.cost->flash_bytes.value);
        figures["macc"] = static_cast<double>(report.cost->macc.value);
        if (report.cost->latency_us) {
            figures["latency_us"] = static_cast<double>(report.cost->latency_us->value);
        }
        if (report.cost->energy_uj) {
            figures["energy_uj"] = static_cast<double>(report.cost->energy_uj->value);
        }
    }
    return figures;
}

std::vector<BatchGroup> groups_of(const BatchReport& report) {
    std::vector<BatchGroup> groups;
    std::vector<std::map<std::string, std::vector<double>>> values;
    for (const BatchRunReport& run : report.runs) {
        // Runs of a list of files have no settings to be told by.
        const Settings settings =
            report.options.empty() ? Settings{{"run", run.name}} : without_seed(run.settings);
        auto group = std::find_if(
            groups.begin(), groups.end(),
            [&settings](const BatchGroup& other) { return other.settings == settings; });
        if (group == groups.end()) {
            groups.emplace_back();
            values.emplace_back();
            group = std::prev(groups.end());
            group->settings = settings;
        }
        ++group->runs;
        ++group->statuses[run.status];
        if (!run.report) {
            continue;
        }
        group->from_table =
            group->from_table || (run.report->winner && run.report->winner->from_table);
        if (run.report->winner && std::find(group->winners.begin(), group->winners.end(),
                                            run.report->winner->name) == group->winners.end()) {
            group->winners.push_back(run.report->winner->name);
        }
        for (const auto& [name, value] : figures_of(*run.report)) {
            values[static_cast<std::size_t>(group - groups.begin())][name].push_back(value);
        }
    }
    for (std::size_t i = 0; i < groups.size(); ++i) {
        for (const auto& [name, of_runs] : values[i]) {
            groups[i].figures[name] = spread_of(of_runs);
        }
    }
    return groups;
}

}  // namespace nanonas::pipeline
