// What was found, how right it is, and whether it fits.
#include "apps/pipeline/figures.hpp"
#include "apps/pipeline/html/figures_of.hpp"
#include "apps/pipeline/html/markup.hpp"
#include "apps/pipeline/html/sections.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline::html {

namespace {

/// A bar of the share that is used.
std::string meter(double share) {
    const double used = share < 1.0 ? share : 1.0;
    return "<svg class=\"meter\" viewBox=\"0 0 120 10\" aria-hidden=\"true\" "
           "style=\"width:7.5rem;min-width:7.5rem\"><rect class=\"track\" width=\"120\" "
           "height=\"10\"/><rect class=\"bar" +
           std::string(share > 1.0 ? " over" : "") + "\" width=\"" + fixed(used * 120.0, 1) +
           "\" height=\"10\"/></svg>";
}

bool fits(const BudgetReport& cost) {
    for (const NamedFigure& figure : figures_of(cost)) {
        if (!figure.limit.empty() && figure.share > 1.0) {
            return false;
        }
    }
    return true;
}

std::string costs(const BudgetReport& cost) {
    Table costs;
    costs.caption = "Costs on the runtime " + cost.runtime;
    costs.head = {"cost", "value", "limit", "share", "used"};
    for (const NamedFigure& figure : figures_of(cost)) {
        const bool bound = !figure.limit.empty();
        costs.rows.push_back(
            {figure.name, escaped(figure.value), bound ? escaped(figure.limit) : "no bound",
             bound ? percent_text(figure.share) : "", bound ? meter(figure.share) : ""});
    }
    return table(costs) + element("p", escaped(cost.basis) + ".", "quiet") + "\n";
}

std::string accuracies(const RunReport& report) {
    Table right;
    right.caption = "Images whose class it gets right; agreement: int8 says what float says";
    right.head = {"images", "float", "int8", "agreement", "count"};
    for (const auto& [role, accuracy] : report.accuracy) {
        right.rows.push_back({escaped(role), percent_text(accuracy.of_float),
                              percent_text(accuracy.of_int8), percent_text(accuracy.agreement),
                              grouped(accuracy.images)});
    }
    return right.rows.empty() ? "" : table(right);
}

std::string headline(const RunReport& report) {
    std::string text = report.winner ? "Network " + escaped(report.winner->name) : "No network";
    const auto test = report.accuracy.count("test") ? report.accuracy.find("test")
                                                    : report.accuracy.find("validation");
    if (test != report.accuracy.end()) {
        text += ": " + percent_text(test->second.of_int8) + " of the " + escaped(test->first) +
                " images right in int8";
    } else if (report.winner && report.winner->score) {
        text += ", score " + score_text(*report.winner->score, report.winner->from_table);
    }
    if (report.cost) {
        text += fits(*report.cost) ? "; it fits" : "; it does not fit";
    }
    return text + ".";
}

std::string c_line(const CCheck& check) {
    if (check.compiler.empty()) {
        return "";
    }
    return element("p",
                   check.good() ? "Its C, compiled with " + escaped(check.compiler) +
                                      ", gives the bytes of the integer reference on " +
                                      grouped(check.images) + " images."
                                : "Its C differs from the integer reference on " +
                                      grouped(check.mismatches) + " images.",
                   check.good() ? "good" : "bad");
}

}  // namespace

std::string verdict_section(const RunStory& story) {
    const RunReport& report = story.report;
    const bool good = !report.failed() && (!report.cost || fits(*report.cost));
    std::string text = element("p", headline(report), good ? "verdict good" : "verdict bad") + "\n";
    if (report.failures) {
        for (const std::string& failure : *report.failures) {
            text += element("p", escaped(failure), "bad") + "\n";
        }
    }
    if (report.cost) {
        text += costs(*report.cost);
    }
    text += accuracies(report);
    if (report.c_check) {
        text += c_line(*report.c_check);
    }
    if (report.search) {
        for (const std::string& sentence : report.search->conclusion) {
            text += element("p", escaped(sentence)) + "\n";
        }
    }
    return text;
}

}  // namespace nanonas::pipeline::html
