#include "nas/strategies/nanonas.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "nas/strategies/two_axes.hpp"

namespace nanonas::nas {
namespace {

bool better(const std::optional<Outcome>& a, const std::optional<Outcome>& b) {
    return a && (!b || *a->score > *b->score);
}

// Rough odds, for ranking hints only. The best depth changes little from one k to the next.
constexpr double kOddsSecond = 0.98;   // (k,1) follows every feasible (k,0)
constexpr double kOddsDeeper = 0.9;    // before the depth at which the k before was best
constexpr double kOddsAtDepth = 0.4;   // at that depth
constexpr double kOddsBeyond = 0.25;   // beyond it
constexpr double kOddsUnknown = 0.75;  // no finished k to go by
constexpr double kOddsNextK = 0.6;     // the k under way is not yet better than the best

double odds_of_cell(std::int64_t told_c, bool first, std::optional<std::int64_t> depth) {
    if (first) {
        return kOddsSecond;
    }
    if (!depth) {
        return kOddsUnknown;
    }
    return told_c < *depth ? kOddsDeeper : told_c == *depth ? kOddsAtDepth : kOddsBeyond;
}

}  // namespace

void NanoNas::begin(const Known& known) {
    require_two_axes(name(), known.axes);
    axes_ = known.axes;
    asked_ = space::lowest(axes_);
}

Candidate NanoNas::after(Candidate candidate, std::size_t axis) const {
    candidate.at[axis] += axes_[axis].step;
    return candidate;
}

Candidate NanoNas::first_of(std::int64_t steps) const {
    return {asked_.at[0] + steps * axes_[0].step, axes_[1].low};
}

std::optional<Trial> NanoNas::ask() {
    return done_ ? std::nullopt : std::optional<Trial>(asked_);
}

void NanoNas::tell(const Outcome& outcome) {
    if (done_ || outcome.trial != Trial(asked_)) {
        throw std::logic_error("nanonas: told of " + to_string(outcome.trial) +
                               ", which it did not ask for");
    }
    if (outcome.score && (!best_of_k_ || *outcome.score > *best_of_k_->score)) {
        best_of_k_ = outcome;
        asked_ = after(asked_, 1);
        return;
    }
    if (!better(best_of_k_, best_)) {
        done_ = true;
        return;
    }
    best_ = best_of_k_;
    depth_ = best_->trial.candidate.at[1];
    best_of_k_.reset();
    asked_ = first_of(1);
}

std::optional<Outcome> NanoNas::best() const {
    return better(best_of_k_, best_) ? best_of_k_ : best_;
}

std::vector<Trial> NanoNas::likely_next(std::size_t count) const {
    if (done_) {
        return {};
    }
    std::vector<std::pair<double, Candidate>> ranked;
    const auto add_cells = [&](Candidate candidate, double odds,
                               std::optional<std::int64_t> depth) {
        for (std::size_t i = 0; i < count; ++i) {
            const std::int64_t c = candidate.at[1];
            odds *= odds_of_cell(c, c == axes_[1].low, depth);
            candidate = after(candidate, 1);
            ranked.emplace_back(odds, candidate);
        }
    };
    add_cells(asked_, 1.0, depth_);
    // Once this k is better than all before it, the next k is certain to be asked for, and
    // evaluating it early is never wasted.
    double odds = better(best_of_k_, best_) ? 1.0 : kOddsNextK;
    const std::optional<std::int64_t> depth =
        best_of_k_ ? std::optional<std::int64_t>(best_of_k_->trial.candidate.at[1]) : depth_;
    for (std::size_t i = 1; i <= count; ++i) {
        const Candidate first = first_of(static_cast<std::int64_t>(i));
        ranked.emplace_back(odds, first);
        add_cells(first, odds, depth);
        odds *= kOddsNextK;
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<Trial> next;
    for (std::size_t i = 0; i < std::min(count, ranked.size()); ++i) {
        next.emplace_back(ranked[i].second);
    }
    return next;
}

}  // namespace nanonas::nas
