// Several runs beside each other.
#include "apps/pipeline/figures.hpp"
#include "apps/pipeline/html/figures_of.hpp"
#include "apps/pipeline/html/markup.hpp"
#include "apps/pipeline/html/plot.hpp"
#include "apps/pipeline/html/sections.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline::html {

namespace {

/// On test images where there are any.
const AccuracyReport* accuracy_of(const RunReport& report) {
    for (const char* role : {"test", "validation"}) {
        const auto found = report.accuracy.find(role);
        if (found != report.accuracy.end()) {
            return &found->second;
        }
    }
    return nullptr;
}

std::string chart(const std::vector<RunStory>& stories) {
    PlotAxis flash{
        "flash, bytes", {}, [](double at) { return grouped(static_cast<std::int64_t>(at)); }};
    PlotAxis right{"int8 accuracy", {}, [](double at) { return fixed(at * 100.0, 1) + " %"; }};
    std::vector<const RunStory*> shown;
    for (const RunStory& story : stories) {
        const AccuracyReport* accuracy = accuracy_of(story.report);
        if (accuracy != nullptr && story.report.cost) {
            shown.push_back(&story);
            flash.range.take(static_cast<double>(story.report.cost->flash_bytes.value));
            right.range.take(accuracy->of_int8);
        }
    }
    if (shown.size() < 2) {
        return "";
    }
    Plot plot("int8 accuracy of the runs against their flash", flash, right);
    for (const RunStory* story : shown) {
        const AccuracyReport& accuracy = *accuracy_of(story->report);
        plot.dot(static_cast<double>(story->report.cost->flash_bytes.value), accuracy.of_int8,
                 "front", story->name + ": " + percent_text(accuracy.of_int8));
    }
    return figure(plot.svg(), "int8 accuracy of the runs against their flash");
}

}  // namespace

std::string comparison_section(const std::vector<RunStory>& stories) {
    Table all;
    all.caption = "Accuracy in int8 on test images, on validation images where there are none";
    all.head = {"run", "network", "int8", "float", "RAM B", "flash B", "MACC", "latency", "time"};
    all.words = 2;
    for (const RunStory& story : stories) {
        const RunReport& report = story.report;
        std::vector<std::string> row = {escaped(story.name),
                                        report.winner ? escaped(report.winner->name) : "-"};
        row.resize(all.head.size(), "-");
        if (const AccuracyReport* accuracy = accuracy_of(report)) {
            row[2] = percent_text(accuracy->of_int8);
            row[3] = percent_text(accuracy->of_float);
        }
        if (report.cost) {
            row[4] = grouped(report.cost->ram_bytes.value);
            row[5] = grouped(report.cost->flash_bytes.value);
            row[6] = grouped(report.cost->macc.value);
            if (report.cost->latency_us) {
                row[7] = milliseconds_text(report.cost->latency_us->value);
            }
        }
        const auto total = report.seconds.find("total");
        if (total != report.seconds.end()) {
            row[8] = duration_text(total->second);
        }
        all.rows.push_back(row);
    }
    return chart(stories) + table(all);
}

}  // namespace nanonas::pipeline::html
