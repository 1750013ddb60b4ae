// The candidates of a search: a map where the space has two axes of numbers, their scores in order
// where not, and a table of all.
#include <algorithm>

#include "apps/pipeline/html/figures_of.hpp"
#include "apps/pipeline/html/markup.hpp"
#include "apps/pipeline/html/plot.hpp"
#include "apps/pipeline/html/sections.hpp"
#include "nas/strategy.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline::html {

namespace {

constexpr std::int64_t kMostColumns = 40;

struct Bounds {
    std::vector<std::int64_t> low, high;
    double worst = 0.0, best = 0.0;
};

Bounds bounds_of(const std::vector<const nas::Decision*>& decisions) {
    Bounds bounds;
    bool scored = false;
    bounds.low = bounds.high = decisions.front()->candidate.at;
    for (const nas::Decision* decision : decisions) {
        for (std::size_t i = 0; i < bounds.low.size(); ++i) {
            bounds.low[i] = std::min(bounds.low[i], decision->candidate.at[i]);
            bounds.high[i] = std::max(bounds.high[i], decision->candidate.at[i]);
        }
        if (decision->feasible()) {
            bounds.worst = scored ? std::min(bounds.worst, *decision->score) : *decision->score;
            bounds.best = scored ? std::max(bounds.best, *decision->score) : *decision->score;
            scored = true;
        }
    }
    return bounds;
}

bool has_map(const RunStory& story, const Bounds& bounds) {
    return nas::has_two_numbers(story.axes) && bounds.high[0] - bounds.low[0] < kMostColumns &&
           bounds.high[1] - bounds.low[1] < kMostColumns;
}

/// First letters of the bounds that forbid it.
std::string letters(const nas::Decision& decision) {
    std::string text;
    for (const space::Violation& violation : decision.violations) {
        const char first = violation.bound.front();
        text += static_cast<char>(first - 'a' + 'A');
    }
    return text.empty() ? "x" : text;
}

std::string score_map(const RunStory& story, const std::vector<const nas::Decision*>& decisions,
                      const Bounds& bounds) {
    constexpr std::int64_t kWide = 46, kHigh = 26, kLeft = 40, kTop = 8;
    const std::int64_t columns = bounds.high[0] - bounds.low[0] + 1;
    const std::int64_t rows = bounds.high[1] - bounds.low[1] + 1;
    const std::int64_t width = std::max<std::int64_t>(kLeft + columns * kWide + 8, 480);
    const std::int64_t height = kTop + rows * kHigh + 44;
    std::string text = "<svg viewBox=\"0 0 " + std::to_string(width) + " " +
                       std::to_string(height) + "\" style=\"max-width:" + std::to_string(width) +
                       "px\" role=\"img\" aria-label=\"Scores by " + escaped(story.axes[0].name) +
                       " and " + escaped(story.axes[1].name) + "\">\n";
    const auto word = [](std::int64_t x, std::int64_t y, const char* css, const std::string& what) {
        return "<text class=\"" + std::string(css) + "\" x=\"" + std::to_string(x) + "\" y=\"" +
               std::to_string(y) + "\">" + escaped(what) + "</text>";
    };
    for (std::int64_t column = 0; column < columns; ++column) {
        text += word(kLeft + column * kWide + kWide / 2, kTop + rows * kHigh + 16, "tick middle",
                     std::to_string(bounds.low[0] + column));
    }
    for (std::int64_t row = 0; row < rows; ++row) {
        text += word(kLeft - 8, kTop + (rows - 1 - row) * kHigh + 17, "tick end",
                     std::to_string(bounds.low[1] + row));
    }
    text += word(kLeft + columns * kWide / 2, height - 6, "title middle", story.axes[0].name);
    text += word(6, kTop + rows * kHigh / 2 + 4, "title", story.axes[1].name);
    const double width_of_scores = bounds.best > bounds.worst ? bounds.best - bounds.worst : 1.0;
    for (const nas::Decision* decision : decisions) {
        const std::int64_t x = kLeft + (decision->candidate.at[0] - bounds.low[0]) * kWide;
        const std::int64_t y = kTop + (bounds.high[1] - decision->candidate.at[1]) * kHigh;
        const bool best = is_winner(story, decision->candidate);
        const std::string name = name_of(decision->candidate, story.axes);
        std::string shown, tip, style;
        if (decision->feasible()) {
            const double share = (*decision->score - bounds.worst) / width_of_scores;
            shown = fixed(*decision->score * (story.report.winner->from_table ? 1.0 : 100.0), 1);
            tip = name + ": " + score_of(story, *decision->score);
            style = "\" style=\"fill-opacity:" + fixed(0.06 + 0.44 * share, 2);
        } else {
            shown = letters(*decision);
            tip = name + ": " + obstacle_of(*decision);
        }
        text += "\n<g><title>" + escaped(tip) + "</title><rect class=\"cell" +
                (best                   ? " best"
                 : decision->feasible() ? ""
                                        : " no") +
                style + "\" x=\"" + std::to_string(x + 1) + "\" y=\"" + std::to_string(y + 1) +
                "\" width=\"" + std::to_string(kWide - 2) + "\" height=\"" +
                std::to_string(kHigh - 2) + "\"/>" + word(x + kWide / 2, y + 17, "middle", shown) +
                "</g>";
    }
    return figure(text + "\n</svg>\n",
                  "Scores (" + std::string(story.report.winner->from_table ? "of the table" : "%") +
                      ") by " + story.axes[0].name + " and " + story.axes[1].name +
                      "; the winner has a frame; letters name the bound that forbids one: R RAM, F "
                      "flash, M MACC, L latency, E energy, x no such network");
}

std::string score_chart(const RunStory& story) {
    PlotAxis order{"candidate", {}, [](double at) { return fixed(at, 0); }};
    PlotAxis scores = score_axis(story);
    std::vector<std::pair<double, double>> best;
    for (std::size_t i = 0; i < story.decisions.size(); ++i) {
        if (story.decisions[i].feasible()) {
            const double score = *story.decisions[i].score;
            order.range.take(static_cast<double>(i + 1));
            scores.range.take(score);
            best.emplace_back(static_cast<double>(i + 1),
                              best.empty() ? score : std::max(best.back().second, score));
        }
    }
    Plot plot("Scores in the order of the search", order, scores);
    plot.line(best, "front");
    for (std::size_t i = 0; i < story.decisions.size(); ++i) {
        const nas::Decision& decision = story.decisions[i];
        if (decision.feasible()) {
            plot.dot(
                static_cast<double>(i + 1), *decision.score,
                is_winner(story, decision.candidate) ? "best" : "",
                name_of(decision.candidate, story.axes) + ": " + score_of(story, *decision.score));
        }
    }
    return figure(plot.svg(), "Scores in the order of the search; the line is the best so far");
}

std::string all_candidates(const RunStory& story) {
    Table all;
    all.caption = "Every decision in its order";
    all.head = {"#", "candidate", "score", "RAM B", "flash B", "MACC", "repeats", "obstacle"};
    all.row_heads = false;
    for (std::size_t i = 0; i < story.decisions.size(); ++i) {
        const nas::Decision& decision = story.decisions[i];
        std::vector<std::string> row = {
            std::to_string(i + 1),
            escaped(name_of(decision.candidate, story.axes)),
            decision.feasible() ? score_of(story, *decision.score) : "-",
            "-",
            "-",
            "-",
            std::to_string(
                std::max<std::size_t>(decision.repeats.size(), decision.feasible() ? 1 : 0)),
            decision.feasible() ? "" : escaped(obstacle_of(decision))};
        if (decision.cost) {
            row[3] = grouped(decision.cost->ram_bytes);
            row[4] = grouped(decision.cost->flash_bytes);
            row[5] = grouped(decision.cost->macc);
        }
        all.rows.push_back(row);
    }
    all.words = 2;
    return folded("All " + grouped(static_cast<std::int64_t>(story.decisions.size())) +
                      " decisions as a table",
                  table(all));
}

}  // namespace

std::string map_section(const RunStory& story) {
    if (story.decisions.empty() || !story.report.winner) {
        return "";
    }
    const std::vector<const nas::Decision*> last = last_decisions(story);
    const Bounds bounds = bounds_of(last);
    return (has_map(story, bounds) ? score_map(story, last, bounds) : score_chart(story)) +
           all_candidates(story);
}

}  // namespace nanonas::pipeline::html
