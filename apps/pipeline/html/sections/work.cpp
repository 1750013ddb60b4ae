// Where the time went, and who trained the candidates.
#include <algorithm>

#include "apps/pipeline/figures.hpp"
#include "apps/pipeline/html/markup.hpp"
#include "apps/pipeline/html/sections.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline::html {

namespace {

std::string times(const std::map<std::string, double>& seconds) {
    Table all;
    all.caption = "Wall time by step";
    all.head = {"step", "time"};
    for (const auto& [step, time] : seconds) {
        if (step != "total") {
            all.rows.push_back({escaped(step), duration_text(time)});
        }
    }
    const auto total = seconds.find("total");
    if (total != seconds.end()) {
        all.rows.push_back({"in all", duration_text(total->second)});
    }
    return table(all);
}

std::string workers(const std::vector<WorkerReport>& workers) {
    Table all;
    all.caption = "Who trained candidates";
    all.head = {"host", "from", "at a time", "trainings", "lost", "time"};
    all.words = 2;
    for (const WorkerReport& worker : workers) {
        all.rows.push_back({worker.host.empty() ? "-" : escaped(worker.host),
                            worker.source.empty() ? "the search" : escaped(worker.source),
                            grouped(worker.slots), grouped(worker.evaluations),
                            grouped(worker.losses), duration_text(worker.seconds)});
    }
    return table(all);
}

}  // namespace

std::string work_section(const RunStory& story) {
    std::string text;
    if (story.report.search) {
        const SearchReport& search = *story.report.search;
        text += element("p",
                        grouped(static_cast<std::int64_t>(search.decided)) +
                            " decisions: " + grouped(static_cast<std::int64_t>(search.evaluated)) +
                            " evaluated, " + grouped(static_cast<std::int64_t>(search.infeasible)) +
                            " refused by a bound before any training; " +
                            grouped(static_cast<std::int64_t>(search.ahead)) +
                            " trained ahead on idle cores, " +
                            grouped(static_cast<std::int64_t>(search.ahead_in_vain)) +
                            " of them in vain (" + duration_text(search.seconds_in_vain) + ").");
        if (!search.workers.empty()) {
            text += workers(search.workers);
        }
    }
    return text + times(story.report.seconds);
}

}  // namespace nanonas::pipeline::html
