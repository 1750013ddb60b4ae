// Score against cost, and the networks that no other beats in all of score, RAM, flash and MACC.
#include <algorithm>
#include <iterator>

#include "apps/pipeline/html/figures_of.hpp"
#include "apps/pipeline/html/markup.hpp"
#include "apps/pipeline/html/plot.hpp"
#include "apps/pipeline/html/sections.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline::html {

namespace {

struct CostAxis {
    const char* name;
    std::int64_t nas::CandidateCost::*value;
    Figure BudgetReport::*bound;
};

constexpr CostAxis kAxes[] = {
    {"RAM, bytes", &nas::CandidateCost::ram_bytes, &BudgetReport::ram_bytes},
    {"flash, bytes", &nas::CandidateCost::flash_bytes, &BudgetReport::flash_bytes},
    {"MACC", &nas::CandidateCost::macc, &BudgetReport::macc},
};

bool beats(const nas::Decision& a, const nas::Decision& b) {
    bool better = *a.score > *b.score;
    if (*a.score < *b.score) {
        return false;
    }
    for (const CostAxis& axis : kAxes) {
        const std::int64_t mine = *a.cost.*axis.value, other = *b.cost.*axis.value;
        if (mine > other) {
            return false;
        }
        better = better || mine < other;
    }
    return better;
}

std::vector<const nas::Decision*> front_of(const std::vector<const nas::Decision*>& all) {
    std::vector<const nas::Decision*> front;
    std::copy_if(all.begin(), all.end(), std::back_inserter(front), [&](const nas::Decision* one) {
        return std::none_of(all.begin(), all.end(),
                            [&](const nas::Decision* other) { return beats(*other, *one); });
    });
    return front;
}

std::string chart(const RunStory& story, const CostAxis& axis,
                  const std::vector<const nas::Decision*>& all,
                  const std::vector<const nas::Decision*>& front) {
    const auto cost = [&](const nas::Decision* decision) {
        return static_cast<double>(*decision->cost.*axis.value);
    };
    PlotAxis costs{axis.name, {}, [](double at) { return grouped(static_cast<std::int64_t>(at)); }};
    PlotAxis scores = score_axis(story);
    for (const nas::Decision* decision : all) {
        costs.range.take(cost(decision));
        scores.range.take(*decision->score);
    }
    const Figure bound = story.report.cost ? (*story.report.cost).*axis.bound : Figure();
    const auto limit = static_cast<double>(bound.limit.value_or(0));
    // A bound far away would press the networks together.
    const bool near = bound.limit && limit <= costs.range.high * 1.5;
    if (near) {
        costs.range.take(limit);
    }
    Plot plot("Score against " + std::string(axis.name), costs, scores);
    // The best for each cost of this chart alone.
    std::vector<const nas::Decision*> by_cost = all;
    std::stable_sort(
        by_cost.begin(), by_cost.end(),
        [&](const nas::Decision* a, const nas::Decision* b) { return cost(a) < cost(b); });
    std::vector<std::pair<double, double>> best;
    for (const nas::Decision* decision : by_cost) {
        if (best.empty() || *decision->score > best.back().second) {
            best.emplace_back(cost(decision), *decision->score);
        }
    }
    plot.line(best, "front");
    for (const nas::Decision* decision : all) {
        const bool kept = std::find(front.begin(), front.end(), decision) != front.end();
        plot.dot(cost(decision), *decision->score,
                 is_winner(story, decision->candidate) ? "best"
                 : kept                                ? "front"
                                                       : "",
                 name_of(decision->candidate, story.axes) + ": " +
                     score_of(story, *decision->score) + " at " +
                     grouped(*decision->cost.*axis.value));
    }
    if (near) {
        plot.bound(limit, "limit");
    }
    return figure(plot.svg(), "Score against " + std::string(axis.name) +
                                  "; blue: beaten by none in all of score, RAM, flash and MACC");
}

}  // namespace

std::string trade_off_section(const RunStory& story) {
    std::vector<const nas::Decision*> all;
    for (const nas::Decision* decision : last_decisions(story)) {
        if (decision->feasible() && decision->cost) {
            all.push_back(decision);
        }
    }
    if (all.size() < 2 || !story.report.winner) {
        return "";
    }
    const std::vector<const nas::Decision*> front = front_of(all);
    std::string text;
    for (const CostAxis& axis : kAxes) {
        text += chart(story, axis, all, front);
    }
    Table beaten_by_none;
    beaten_by_none.caption = "Beaten by none in all of score, RAM, flash and MACC";
    beaten_by_none.head = {"candidate", "score", "RAM B", "flash B", "MACC"};
    for (const nas::Decision* decision : front) {
        beaten_by_none.rows.push_back(
            {escaped(name_of(decision->candidate, story.axes)), score_of(story, *decision->score),
             grouped(decision->cost->ram_bytes), grouped(decision->cost->flash_bytes),
             grouped(decision->cost->macc)});
    }
    return text + folded(grouped(static_cast<std::int64_t>(front.size())) + " of " +
                             grouped(static_cast<std::int64_t>(all.size())) +
                             " networks are beaten by none",
                         table(beaten_by_none));
}

}  // namespace nanonas::pipeline::html
