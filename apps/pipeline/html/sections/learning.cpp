// How the candidates and the winner learned.
#include <algorithm>
#include <cmath>

#include "apps/pipeline/figures.hpp"
#include "apps/pipeline/html/figures_of.hpp"
#include "apps/pipeline/html/markup.hpp"
#include "apps/pipeline/html/plot.hpp"
#include "apps/pipeline/html/sections.hpp"
#include "space/text.hpp"

namespace nanonas::pipeline::html {

namespace {

using Points = std::vector<std::pair<double, double>>;

PlotAxis epochs() {
    return {"epoch", {}, [](double at) { return fixed(at, at == std::floor(at) ? 0 : 1); }};
}

PlotAxis accuracies() {
    return {"validation accuracy", {}, [](double at) { return fixed(at * 100.0, 0) + " %"; }};
}

Points points_of(const std::vector<double>& values) {
    Points points;
    for (std::size_t i = 0; i < values.size(); ++i) {
        points.emplace_back(static_cast<double>(i + 1), values[i]);
    }
    return points;
}

void take(const Points& points, PlotAxis& x, PlotAxis& y) {
    for (const auto& point : points) {
        x.range.take(point.first);
        y.range.take(point.second);
    }
}

/// Curves of candidates; the winner's is drawn last.
std::string candidates(const RunStory& story) {
    PlotAxis x = epochs(), y = accuracies();
    std::vector<std::pair<Points, bool>> curves;
    for (const nas::Decision& decision : story.decisions) {
        if (decision.curve.size() > 1) {
            curves.emplace_back(points_of(decision.curve), is_winner(story, decision.candidate));
            take(curves.back().first, x, y);
        }
    }
    if (curves.empty()) {
        return "";
    }
    std::stable_partition(curves.begin(), curves.end(),
                          [](const auto& curve) { return !curve.second; });
    Plot plot("Validation accuracy of each candidate by epoch", x, y);
    for (const auto& curve : curves) {
        plot.line(curve.first, curve.second ? "best" : "");
    }
    return figure(plot.svg(),
                  "Validation accuracy of each candidate by epoch; the winner's is blue");
}

std::string final_accuracy(const RunStory& story) {
    PlotAxis x = epochs(), y = accuracies();
    Points points;
    for (const Epoch& epoch : story.epochs) {
        points.emplace_back(static_cast<double>(points.size() + 1), epoch.accuracy);
    }
    take(points, x, y);
    Plot plot("Validation accuracy of the final training", x, y);
    plot.line(points, "best");
    const auto kept = static_cast<std::size_t>(story.report.training->best_epoch);
    if (kept >= 1 && kept <= points.size()) {
        plot.dot(
            points[kept - 1].first, points[kept - 1].second, "best",
            "epoch " + std::to_string(kept) + " is kept: " + percent_text(points[kept - 1].second));
    }
    return figure(plot.svg(),
                  "Validation accuracy of the final training; the point is the epoch that is kept");
}

std::string losses(const RunStory& story) {
    PlotAxis x = epochs();
    PlotAxis y{"loss", {}, [](double at) { return fixed(at, 2); }};
    Points training, validation;
    for (std::size_t i = 0; i < story.epochs.size(); ++i) {
        const auto epoch = static_cast<double>(i + 1);
        if (std::isfinite(story.epochs[i].loss)) {
            training.emplace_back(epoch, story.epochs[i].loss);
        }
        if (std::isfinite(story.epochs[i].validation_loss)) {
            validation.emplace_back(epoch, story.epochs[i].validation_loss);
        }
    }
    take(training, x, y);
    take(validation, x, y);
    if (training.empty()) {
        return "";
    }
    Plot plot("Losses of the final training", x, y);
    plot.line(training, "second");
    plot.line(validation, "best");
    return figure(plot.svg(),
                  "Losses of the final training: dashed on the training images, as "
                  "they were learned, full on the validation images");
}

std::string all_epochs(const RunStory& story) {
    Table all;
    all.caption = "The final training by epoch";
    all.head = {"epoch", "loss", "validation loss", "validation accuracy"};
    for (std::size_t i = 0; i < story.epochs.size(); ++i) {
        const Epoch& epoch = story.epochs[i];
        all.rows.push_back({std::to_string(i + 1), fixed(epoch.loss, 4),
                            fixed(epoch.validation_loss, 4), percent_text(epoch.accuracy)});
    }
    return folded(
        "All " + grouped(static_cast<std::int64_t>(story.epochs.size())) + " epochs as a table",
        table(all));
}

}  // namespace

std::string learning_section(const RunStory& story) {
    std::string text = candidates(story);
    if (story.report.training && !story.epochs.empty()) {
        text += final_accuracy(story) + losses(story) + all_epochs(story);
    }
    return text;
}

}  // namespace nanonas::pipeline::html
