#include "apps/pipeline/html/figures_of.hpp"

#include <map>

#include "apps/pipeline/figures.hpp"
#include "apps/pipeline/html/markup.hpp"
#include "nas/strategy.hpp"
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
    if (nas::has_two_numbers(axes)) {
        return to_string(candidate, axes);
    }
    std::string text;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        text +=
            (i == 0 ? "" : ", ") + axes[i].name + " " + space::value_text(axes[i], candidate.at[i]);
    }
    return text;
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
    return story.report.winner && !story.axes.empty() &&
           winner_report(candidate, story.axes).point == story.report.winner->point;
}

std::string score_of(const RunStory& story, double score) {
    return score_text(score, story.report.winner && story.report.winner->from_table);
}

PlotAxis score_axis(const RunStory& story) {
    const bool table = story.report.winner && story.report.winner->from_table;
    return {"score", {}, [table](double at) {
                return table ? fixed(at, 2) : fixed(at * 100.0, 0) + " %";
            }};
}

}  // namespace nanonas::pipeline::html
