// What noise lets a walk say of its outcomes: how sure they are, which of them wins.
#include "nas/strategies/occam_walk.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace nanonas::nas {
namespace {

// Chosen on recorded tables, see docs/decisions/013-sound-walk.md.
constexpr std::size_t kFinalists = 3;     // trained again, for longer
constexpr std::int64_t kFinalEffort = 2;  // so much longer

/// Unbiased variance.
double variance(const std::vector<double>& values) {
    double mean = 0.0, squares = 0.0;
    for (const double value : values) {
        mean += value / static_cast<double>(values.size());
    }
    for (const double value : values) {
        squares += (value - mean) * (value - mean);
    }
    return squares / static_cast<double>(values.size() - 1);
}

}  // namespace

bool OccamWalk::better(const Outcome* a, const Outcome* b) {
    return a->score && (b == nullptr || *a->score > *b->score);
}

double OccamWalk::noise(std::int64_t effort) const {
    // The smallest networks scatter most and are not what is decided between: the better half
    // tells.
    std::vector<const Outcome*> outcomes = scored(effort);
    std::stable_sort(outcomes.begin(), outcomes.end(),
                     [](const Outcome* a, const Outcome* b) { return *a->score > *b->score; });
    outcomes.resize((outcomes.size() + 1) / 2);
    double sum = 0.0, repeats = 0.0, count = 0.0;
    for (const Outcome* outcome : outcomes) {
        if (outcome->repeats.size() > 1) {
            sum += variance(outcome->repeats);
            repeats += static_cast<double>(outcome->repeats.size());
            count += 1.0;
        }
    }
    return count == 0.0 ? 0.0 : std::sqrt(2.0 * sum / count / (repeats / count));
}

void OccamWalk::choose(std::int64_t effort, const std::vector<const Outcome*>& among) {
    best_ = nullptr;
    for (const Outcome* outcome : among) {
        improve(*outcome);
    }
    if (best_ == nullptr) {
        return;
    }
    const double least = *best_->score - noise(effort);
    for (const Outcome* outcome : among) {
        if (outcome->score && *outcome->score >= least && outcome->trial < best_->trial) {
            best_ = outcome;
        }
    }
}

bool OccamWalk::look_again() {
    if (best_ == nullptr) {
        return true;
    }
    if (!known_.efforts) {
        choose(1, scored(1));
        return true;
    }
    std::vector<const Outcome*> finalists = scored(1);
    std::stable_sort(finalists.begin(), finalists.end(),
                     [](const Outcome* a, const Outcome* b) { return *a->score > *b->score; });
    const double least = *finalists.front()->score - kClearly * noise(1);
    std::vector<const Outcome*> seen;
    for (std::size_t i = 0; i < std::min(kFinalists, finalists.size()); ++i) {
        if (i > 0 && *finalists[i]->score < least) {
            break;
        }
        const Outcome* const outcome = look({finalists[i]->trial.candidate, kFinalEffort});
        if (outcome == nullptr) {
            return false;
        }
        seen.push_back(outcome);
    }
    looked_again_ = true;
    choose(kFinalEffort, seen);
    return true;
}

std::vector<std::string> OccamWalk::conclusion() const {
    std::vector<std::string> lines;
    if (next_ || best_ == nullptr || rungs_.empty()) {
        return lines;
    }
    const std::string last = width_.name + " = " + std::to_string(rungs_.back());
    lines.push_back(out_of_room_ ? "ended because nothing beyond " + last + " fits"
                                 : "ended because " + std::to_string(kPatience) + " strides of " +
                                       width_.name + ", up to " + last + ", gained nothing");
    const std::int64_t effort = best_->trial.effort;
    const double error = noise(effort);
    const Outcome* rival = nullptr;
    for (const Outcome* outcome : scored(effort)) {
        if (outcome != best_ && better(outcome, rival)) {
            rival = outcome;
        }
    }
    if (rival == nullptr) {
        return lines;
    }
    const double lead = *best_->score - *rival->score;
    const std::string pair = to_string(rival->trial.candidate);
    char text[96];
    if (error == 0.0) {
        std::snprintf(text, sizeof text, "%.3g", lead);
        lines.push_back("next best " + pair + ", " + text +
                        " behind; one score each, so how sure that is cannot be told");
    } else {
        std::snprintf(text, sizeof text, "%.2f points %s, standard error %.2f",
                      100.0 * std::abs(lead), lead < 0.0 ? "ahead" : "behind", 100.0 * error);
        lines.push_back("next best " + pair + ", " + text +
                        (std::abs(lead) > kClearly * error ? ": a clear order"
                         : lead < 0.0
                             ? ": noise cannot tell them apart, and the smaller one is taken"
                             : ": noise might turn their order"));
    }
    return lines;
}

}  // namespace nanonas::nas
