#include "nas/strategies/sampling.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <stdexcept>

namespace nanonas::nas {
namespace {

constexpr std::int64_t kTrials = 64;      // first looks where nobody says how many
constexpr std::size_t kFinalists = 4;     // trained again, for longer
constexpr std::int64_t kFinalEffort = 4;  // so much longer

}  // namespace

double score_or_least(const Outcome& outcome) {
    return outcome.score.value_or(-std::numeric_limits<double>::infinity());
}

void Sampling::begin(const Known& known) {
    known_ = known;
    sampler_.emplace(known_);
    trials_ = known.trials > 0 ? known.trials : kTrials;
    rungs_ = {0};
    plan();
}

std::size_t Sampling::kept(std::size_t candidates, std::int64_t effort) const {
    return effort == 1 ? std::min(candidates, kFinalists) : 0;
}

std::int64_t Sampling::longer(std::int64_t effort) const {
    return effort * kFinalEffort;
}

void Sampling::plan() {
    plan_first_looks();
    if (first_looks_end_ && told_.size() == planned_.size() && known_.efforts) {
        plan_rung();
    }
}

void Sampling::plan_first_looks() {
    while (!first_looks_end_ && planned_.size() <= told_.size() + lag()) {
        const std::size_t index = planned_.size();
        std::optional<Candidate> candidate;
        if (static_cast<std::int64_t>(index) < trials_) {
            Rng rng(derive_seed(known_.seed, name(), index));
            candidate = propose(*sampler_, told_, index - std::min(index, lag()), rng);
        }
        if (candidate) {
            planned_.emplace_back(*candidate);
        } else {
            first_looks_end_ = true;
        }
    }
}

void Sampling::plan_rung() {
    std::vector<Outcome> scored;
    std::copy_if(told_.begin() + static_cast<std::ptrdiff_t>(rungs_.back()), told_.end(),
                 std::back_inserter(scored),
                 [](const Outcome& outcome) { return outcome.score.has_value(); });
    if (scored.empty()) {
        return;
    }
    const std::int64_t effort = scored.front().trial.effort;
    const std::size_t keep = kept(scored.size(), effort);
    if (keep == 0) {
        return;
    }
    std::stable_sort(scored.begin(), scored.end(),
                     [](const Outcome& a, const Outcome& b) { return *a.score > *b.score; });
    rungs_.push_back(planned_.size());
    for (std::size_t i = 0; i < keep; ++i) {
        planned_.emplace_back(scored[i].trial.candidate, longer(effort));
    }
}

std::optional<Trial> Sampling::ask() {
    return told_.size() < planned_.size() ? std::optional<Trial>(planned_[told_.size()])
                                          : std::nullopt;
}

void Sampling::tell(const Outcome& outcome) {
    if (ask() != outcome.trial) {
        throw std::logic_error(name() + ": told of " + to_string(outcome.trial) +
                               ", which it did not ask for");
    }
    told_.push_back(outcome);
    plan();
}

std::optional<Outcome> Sampling::best() const {
    const Outcome* best = nullptr;
    for (auto rung = rungs_.rbegin(); rung != rungs_.rend() && best == nullptr; ++rung) {
        for (std::size_t i = *rung; i < told_.size(); ++i) {
            if (told_[i].score && (best == nullptr || *told_[i].score > *best->score)) {
                best = &told_[i];
            }
        }
    }
    return best == nullptr ? std::nullopt : std::optional<Outcome>(*best);
}

std::vector<Trial> Sampling::likely_next(std::size_t count) const {
    const std::size_t from = std::min(told_.size() + 1, planned_.size());
    const std::size_t to = std::min(from + count, planned_.size());
    return {planned_.begin() + static_cast<std::ptrdiff_t>(from),
            planned_.begin() + static_cast<std::ptrdiff_t>(to)};
}

std::vector<std::string> Sampling::conclusion() const {
    if (told_.size() < planned_.size()) {
        return {};
    }
    std::vector<std::string> lines;
    const std::size_t looks = rungs_.size() > 1 ? rungs_[1] : told_.size();
    lines.push_back(static_cast<std::int64_t>(looks) == trials_
                        ? "ended after the " + std::to_string(looks) +
                              " candidates that were asked for"
                        : "ended because no network was found that fits and is none of the " +
                              std::to_string(looks) + " before");
    if (looks > 0) {
        lines.push_back(std::to_string(sampler_->looked_at()) + " candidates were priced, " +
                        std::to_string(sampler_->looked_at() / looks) +
                        " for each that was trained");
    }
    return lines;
}

}  // namespace nanonas::nas
