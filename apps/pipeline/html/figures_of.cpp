#include "apps/pipeline/html/figures_of.hpp"

#include <map>

#include "apps/pipeline/figures.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline::html {

namespace {

std::string (*const kPlain)(std::int64_t) = grouped;

std::string microjoules(std::int64_t value) {
    return grouped(value) + " uJ";
}

NamedFigure named(const char* name, const Figure& figure, std::string (*text)(std::int64_t)) {
    NamedFigure named;
    named.name = name;
    named.value = text(figure.value);
    if (figure.limit) {
        named.limit = text(*figure.limit);
        named.share = static_cast<double>(figure.value) /
                      static_cast<double>(*figure.limit > 0 ? *figure.limit : 1);
    }
    return named;
}

}  // namespace

std::vector<NamedFigure> figures_of(const BudgetReport& cost) {
    std::vector<NamedFigure> figures = {named("RAM", cost.ram_bytes, bytes_text),
                                        named("Flash", cost.flash_bytes, bytes_text),
                                        named("MACC", cost.macc, kPlain)};
    if (cost.latency_us) {
        figures.push_back(named("Latency, estimated", *cost.latency_us, milliseconds_text));
    }
    if (cost.energy_uj) {
        figures.push_back(named("Energy, estimated", *cost.energy_uj, microjoules));
    }
    return figures;
}

std::string name_of(const space::Candidate& candidate, const std::vector<space::Axis>& axes) {
    bool numbers = axes.size() == 2;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        numbers = numbers && !axes[i].names(candidate.at[i]);
    }
    std::string text;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const std::int64_t value = candidate.at[i];
        const std::string shown =
            axes[i].names(value) ? axes[i].choices[static_cast<std::size_t>(value - axes[i].low)]
                                 : std::to_string(value);
        text += (i == 0 ? "" : numbers ? "," : ", ") + (numbers ? "" : axes[i].name + " ") + shown;
    }
    return numbers ? "(" + text + ")" : text;
}

std::vector<const nas::Decision*> last_decisions(const RunStory& story) {
    std::map<space::Candidate, std::size_t> place;
    std::vector<const nas::Decision*> last;
    for (const nas::Decision& decision : story.decisions) {
        const auto [at, fresh] = place.emplace(decision.candidate, last.size());
        if (fresh) {
            last.push_back(&decision);
        } else if (decision.effort >= last[at->second]->effort) {
            last[at->second] = &decision;
        }
    }
    return last;
}

std::string obstacle_of(const nas::Decision& decision) {
    static const std::map<std::string, std::string> kNames = {{"ram_bytes", "RAM"},
                                                              {"flash_bytes", "flash"},
                                                              {"macc", "MACC"},
                                                              {"latency_us", "latency"},
                                                              {"energy_uj", "energy"}};
    if (decision.violations.empty()) {
        return decision.reason;
    }
    std::string text = "over ";
    for (const space::Violation& violation : decision.violations) {
        const auto name = kNames.find(violation.bound);
        text +=
            (text.size() > 5 ? ", " : "") + (name == kNames.end() ? violation.bound : name->second);
    }
    return text;
}

bool is_winner(const RunStory& story, const space::Candidate& candidate) {
    if (!story.report.winner) {
        return false;
    }
    for (std::size_t i = 0; i < story.axes.size(); ++i) {
        const auto value = story.report.winner->point.find(story.axes[i].name);
        if (value == story.report.winner->point.end()) {
            return false;
        }
        const bool same = std::holds_alternative<std::int64_t>(value->second)
                              ? std::get<std::int64_t>(value->second) == candidate.at[i]
                              : story.axes[i].names(candidate.at[i]) &&
                                    std::get<std::string>(value->second) ==
                                        story.axes[i].choices[static_cast<std::size_t>(
                                            candidate.at[i] - story.axes[i].low)];
        if (!same) {
            return false;
        }
    }
    return !story.axes.empty();
}

std::string score_of(const RunStory& story, double score) {
    return score_text(score, story.report.winner && story.report.winner->from_table);
}

}  // namespace nanonas::pipeline::html
