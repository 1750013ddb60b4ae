#include "apps/nanonas/views/batch_view.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "apps/nanonas/views/summary.hpp"
#include "apps/nanonas/views/table.hpp"
#include "apps/pipeline/figures.hpp"
#include "space/printable.hpp"
#include "space/text.hpp"

namespace nanonas::app {

using namespace pipeline;

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string count(std::size_t value) {
    return grouped(static_cast<std::int64_t>(value));
}

/// "77.99 +- 0.41 %"
std::string accuracy_cell(const BatchGroup& group, const std::string& name) {
    const auto found = group.figures.find(name);
    if (found == group.figures.end()) {
        return "-";
    }
    const Spread& spread = found->second;
    const bool from_table = group.from_table && name == "score";
    const double scale = from_table ? 1.0 : 100.0;
    if (!spread.deviation) {
        return score_text(spread.mean, from_table);
    }
    char text[64];
    std::snprintf(text, sizeof text, from_table ? "%.4g +- %.2g" : "%.2f +- %.2f %%",
                  scale * spread.mean, scale * *spread.deviation);
    return text;
}

std::string bytes_cell(const BatchGroup& group, const std::string& name) {
    const auto found = group.figures.find(name);
    if (found == group.figures.end()) {
        return "-";
    }
    const Spread& spread = found->second;
    const std::string mean = grouped(std::llround(spread.mean));
    return spread.deviation ? mean + " +- " + grouped(std::llround(*spread.deviation)) : mean;
}

std::string status_cell(const BatchGroup& group) {
    std::string text;
    for (const auto& [status, runs] : group.statuses) {
        text += (text.empty() ? "" : ", ") + (group.runs == 1 ? "" : count(runs) + " ") +
                to_string(status);
    }
    return text;
}

std::string winners_cell(const BatchGroup& group) {
    std::string text;
    for (const std::string& winner : group.winners) {
        text += (text.empty() ? "" : " ") + winner;
    }
    return text.empty() ? "-" : text;
}

bool has(const std::vector<BatchGroup>& groups, const char* figure) {
    return std::any_of(groups.begin(), groups.end(), [figure](const BatchGroup& group) {
        return group.figures.count(figure) > 0;
    });
}

/// The accuracies there are, those of the end first.
std::vector<const char*> accuracies(const std::vector<BatchGroup>& groups) {
    if (has(groups, "test_int8")) {
        return {"test_float", "test_int8"};
    }
    if (has(groups, "validation_int8")) {
        return {"validation_float", "validation_int8"};
    }
    return {"score"};
}

std::string heading_of(std::string figure) {
    std::replace(figure.begin(), figure.end(), '_', ' ');
    return figure;
}

/// The options that tell the groups apart.
std::vector<std::string> columns_of(const std::vector<BatchGroup>& groups,
                                    const std::vector<std::string>& options) {
    if (options.empty()) {
        return {"run"};
    }
    std::vector<std::string> columns;
    std::copy_if(options.begin(), options.end(), std::back_inserter(columns),
                 [](const std::string& option) { return option != "seed"; });
    return groups.size() < 2 && columns.empty() ? std::vector<std::string>{} : columns;
}

std::string failures_text(const BatchReport& report) {
    std::string text;
    for (const BatchRunReport& run : report.runs) {
        if (run.status == RunStatus::kFailed || run.status == RunStatus::kNothingFits) {
            text += one_line("  " + run.name + ": " + to_string(run.status) + ": " + run.message) +
                    "\n";
        }
    }
    return text;
}

std::string counts_text(const BatchReport& report) {
    std::string text = count(report.runs.size()) + (report.runs.size() == 1 ? " run: " : " runs: ");
    bool first = true;
    for (const RunStatus status : {RunStatus::kDone, RunStatus::kNothingFits, RunStatus::kFailed,
                                   RunStatus::kUnfinished, RunStatus::kMissing}) {
        if (report.count(status) > 0) {
            text += (first ? "" : ", ") + count(report.count(status)) + " " + to_string(status);
            first = false;
        }
    }
    return text;
}

/// How long it took and who worked; empty where nothing was done.
std::string work_text(const BatchReport& report) {
    if (!report.work) {
        return "";
    }
    const BatchWork& work = *report.work;
    return "  took      " + duration_text(work.seconds) + ", " + std::to_string(work.threads) +
           (work.threads == 1 ? " thread" : " threads") + " here, busy " +
           percent_text(work.busy()) + " of it\n" + workers_text(work.workers);
}

}  // namespace

std::string batch_text(const BatchReport& report) {
    const std::vector<BatchGroup> groups = groups_of(report);
    const std::vector<std::string> columns = columns_of(groups, report.options);
    const std::vector<const char*> shown = accuracies(groups);
    Rows rows(1, columns);
    rows[0].insert(rows[0].end(), {"runs", "winner"});
    for (const char* name : shown) {
        rows[0].push_back(heading_of(name));
    }
    rows[0].insert(rows[0].end(), {"RAM B", "flash B", "status"});
    for (const BatchGroup& group : groups) {
        std::vector<std::string> row;
        for (const std::string& column : columns) {
            row.push_back(setting_of(group.settings, column));
        }
        row.insert(row.end(), {count(group.runs), winners_cell(group)});
        for (const char* name : shown) {
            row.push_back(accuracy_cell(group, name));
        }
        row.insert(row.end(), {bytes_cell(group, "ram_bytes"), bytes_cell(group, "flash_bytes"),
                               status_cell(group)});
        rows.push_back(std::move(row));
    }
    std::string text = "\n" + table(rows, "  ", columns.size()) + "\n" + failures_text(report);
    text += work_text(report);
    text += "  " + counts_text(report) +
            (report.stopped_early ? "; no more were begun after a failure" : "") + "\n  " +
            one_line(report.directory + "/results.csv, results.json, junit.xml") + "\n";
    return text;
}

std::string survey_text(const BatchSurvey& survey) {
    Rows rows = {{"#", "run", "status", "smallest", "RAM B", "flash B", "MACC", "fits"}};
    for (std::size_t i = 0; i < survey.batch.runs.size(); ++i) {
        const BatchRunReport& run = survey.batch.runs[i];
        const SmallestNetwork& smallest = survey.smallest[i];
        const auto figure = [&smallest](Figure BudgetReport::*which) {
            return smallest.cost ? grouped(((*smallest.cost).*which).value) : std::string("-");
        };
        rows.push_back({std::to_string(i), run.name, to_string(run.status), smallest.name,
                        figure(&BudgetReport::ram_bytes), figure(&BudgetReport::flash_bytes),
                        figure(&BudgetReport::macc),
                        !smallest.cost            ? "-"
                        : smallest.misfit.empty() ? "yes"
                                                  : "NO"});
    }
    std::string text = table(rows, "", 3);
    for (std::size_t i = 0; i < survey.smallest.size(); ++i) {
        if (!survey.smallest[i].misfit.empty()) {
            text += one_line(survey.batch.runs[i].name + ": " + survey.smallest[i].misfit) + "\n";
        }
    }
    return text + "\n" + one_line(survey.batch.directory) + ": " + counts_text(survey.batch) +
           "; " + count(survey.data_sets) + (survey.data_sets == 1 ? " data set" : " data sets") +
           " read; nothing was written\n";
}

}  // namespace nanonas::app
