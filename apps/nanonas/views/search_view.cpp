#include "apps/nanonas/views/search_view.hpp"

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "apps/pipeline/figures.hpp"
#include "space/text.hpp"

namespace nanonas::app {

using namespace pipeline;

namespace {

std::string right(const std::string& text, std::size_t width) {
    return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

}  // namespace

std::string SearchView::heading() const {
    const std::string names = "(" + space::names_text(axes_) + ")";
    return right("#", 4) + (names_first() ? right(names, 10) : "") + right("score", 11) +
           (priced_ ? right("RAM B", 11) + right("flash B", 11) + right("MACC", 14) : "") +
           right("time", 14) + (names_first() ? "" : "  " + names);
}

std::string SearchView::row(const nas::Decided& decided) const {
    const nas::Decision& decision = decided.decision;
    std::string text =
        right(std::to_string(decided.index + 1), 4) +
        (names_first() ? right(to_string(decision.trial(), axes_), 10) : "") +
        right(decision.score ? score_text(*decision.score, scored_by_table_) : "-", 11);
    if (priced_) {
        const auto& cost = decision.cost;
        text += right(cost ? grouped(cost->ram_bytes) : "-", 11) +
                right(cost ? grouped(cost->flash_bytes) : "-", 11) +
                right(cost ? grouped(cost->macc) : "-", 14);
    }
    text += right(
        decided.replayed ? "from journal" : (decision.score ? duration_text(decided.seconds) : "-"),
        14);
    if (!names_first()) {
        text += "  " + to_string(decision.trial(), axes_);
    }
    if (!decision.violations.empty()) {
        text += "  over: " + space::to_string(decision.violations);
    } else if (!decision.reason.empty()) {
        text += "  " + decision.reason;
    } else if (decided.best && decided.best->trial == decision.trial()) {
        text += "  best so far";
    }
    return text;
}

nas::SearchHooks SearchView::hooks() {
    nas::SearchHooks hooks;
    hooks.decided = [this](const nas::Decided& decided) {
        if (decided.index == 0) {
            display_.line(heading());
        }
        display_.line(row(decided));
    };
    hooks.started = [this](const nas::Trial& trial, bool speculative) {
        display_.note("evaluating " + to_string(trial, axes_) + (speculative ? " ahead" : ""));
    };
    hooks.progress = [this](const nas::EvaluationProgress& at) {
        std::vector<double>& done = done_[at.trial];
        done.resize(static_cast<std::size_t>(at.repeats));
        double& mine = done[static_cast<std::size_t>(at.repeat)];
        mine = (static_cast<double>(at.epoch) + at.epoch_fraction) / static_cast<double>(at.epochs);
        std::string detail;
        if (at.repeats == 1) {
            detail = "epoch " + std::to_string(std::min(at.epoch + 1, at.epochs)) + "/" +
                     std::to_string(at.epochs);
            if (at.best_so_far) {
                detail += ", score so far " + score_text(*at.best_so_far, scored_by_table_);
            }
        } else {
            const auto whole =
                std::count_if(done.begin(), done.end(), [](double share) { return share >= 1.0; });
            detail =
                std::to_string(whole) + " of " + std::to_string(at.repeats) + " trainings done";
        }
        const std::string name = to_string(at.trial, axes_);
        const double sum = std::accumulate(done.begin(), done.end(), 0.0);
        display_.bar(name, {name, sum / static_cast<double>(at.repeats), detail});
    };
    hooks.ended = [this](const nas::Trial& trial) {
        done_.erase(trial);
        display_.remove(to_string(trial, axes_));
    };
    return hooks;
}

}  // namespace nanonas::app
