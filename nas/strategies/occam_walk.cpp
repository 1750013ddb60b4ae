#include "nas/strategies/occam_walk.hpp"

#include <algorithm>
#include <utility>

namespace nanonas::nas {
namespace {

// Chosen on recorded tables, see docs/decisions/013-sound-walk.md.
constexpr int kDrops = 2;  // depths without a gain that end a width
// A width may break a bound that a larger one keeps: kernels differ with the number of channels. So
// many widths in a row that break one, and the rest do too.
constexpr std::int64_t kGap = 16;

std::int64_t width_of(const Outcome& outcome) {
    return outcome.trial.candidate.at[0];
}

std::int64_t depth_of(const Outcome& outcome) {
    return outcome.trial.candidate.at[1];
}

}  // namespace

OccamWalk::OccamWalk(const Known& known, const Told& told)
    : known_(known), told_(told), width_(known.axes.at(0)), depth_(known.axes.at(1)) {
    walk();
}

bool OccamWalk::walk() {
    return climb() && close_the_gap() && check_depth() && look_again();
}

const Outcome* OccamWalk::look(const Trial& trial) {
    const auto found = told_.find(trial);
    if (found == told_.end()) {
        next_ = trial;
        return nullptr;
    }
    if (std::find(seen_.begin(), seen_.end(), &found->second) == seen_.end()) {
        seen_.push_back(&found->second);
    }
    return &found->second;
}

bool OccamWalk::improve(const Outcome& outcome) {
    if (!better(&outcome, best_)) {
        return false;
    }
    best_ = &outcome;
    return true;
}

bool OccamWalk::fits(const Candidate& candidate) const {
    return !known_.fits || known_.fits(candidate);
}

std::int64_t OccamWalk::shallowest() const {
    return best_ == nullptr ? depth_.low : std::max(depth_.low, depth_of(*best_) - depth_.step);
}

bool OccamWalk::any_fits(std::int64_t width) const {
    for (std::int64_t depth = shallowest(); depth <= depth_.high; depth += depth_.step) {
        if (fits({width, depth})) {
            return true;
        }
    }
    return false;
}

std::optional<std::int64_t> OccamWalk::next_width(std::int64_t width) const {
    const std::int64_t step = width_.step;
    const std::int64_t target = width + std::max(step, width / 2 / step * step);
    for (std::int64_t at = target; at > width; at -= step) {
        if (at <= width_.high && any_fits(at)) {
            return at;
        }
    }
    const std::int64_t last = std::min(target + kGap * step, width_.high);
    for (std::int64_t at = target + step; at <= last; at += step) {
        if (any_fits(at)) {
            return at;
        }
    }
    return std::nullopt;
}

bool OccamWalk::climb() {
    const std::optional<std::int64_t> first =
        any_fits(width_.low) ? std::optional<std::int64_t>(width_.low) : next_width(width_.low);
    if (!first) {
        return look({space::lowest(known_.axes)}) != nullptr;  // its bound, for the record
    }
    int idle = 0;
    for (std::optional<std::int64_t> width = first; width; width = next_width(*width)) {
        const Outcome* const before = best_;
        if (!look_at_depths(*width)) {
            return false;
        }
        rungs_.push_back(*width);
        idle = best_ != before ? 0 : idle + 1;
        if (best_ != nullptr && idle >= kPatience) {
            return true;
        }
    }
    out_of_room_ = true;
    return show_the_bound();
}

bool OccamWalk::show_the_bound() {
    const std::int64_t depth = best_ == nullptr ? depth_.low : depth_of(*best_);
    const std::int64_t beyond = rungs_.back() + width_.step;
    const Candidate candidate{beyond, depth};
    return beyond > width_.high || fits(candidate) || look(candidate) != nullptr;
}

bool OccamWalk::look_at_depths(std::int64_t width) {
    const std::int64_t first = shallowest();
    const Outcome* best = nullptr;  // of this width
    std::int64_t lowest = first;
    int drops = 0;
    const auto worse = [&](const Outcome& outcome) {
        const double drop = *best->score - *outcome.score;
        return noise(1) > 0.0 && drop > kClearly * noise(1) ? kDrops : 1;
    };
    for (std::int64_t depth = first; depth <= depth_.high && drops < kDrops; depth += depth_.step) {
        if (!fits({width, depth})) {
            continue;
        }
        const Outcome* const outcome = look({Candidate{width, depth}});
        if (outcome == nullptr) {
            return false;
        }
        if (better(outcome, best)) {
            best = outcome;
            drops = 0;
        } else if (outcome->score) {
            drops += worse(*outcome);
        }
    }
    // Downward too, where the shallowest looked at is the best.
    while (lowest > depth_.low && (best == nullptr || depth_of(*best) == lowest)) {
        lowest -= depth_.step;
        if (!fits({width, lowest})) {
            continue;
        }
        const Outcome* const outcome = look({Candidate{width, lowest}});
        if (outcome == nullptr) {
            return false;
        }
        if (better(outcome, best)) {
            best = outcome;
        } else if (best != nullptr) {
            break;
        }
    }
    if (best != nullptr) {
        improve(*best);
    }
    return true;
}

bool OccamWalk::close_the_gap() {
    while (best_ != nullptr) {
        const std::int64_t width = width_of(*best_), depth = depth_of(*best_);
        // The nearest widths on either side that were looked at as deep, or climbed to.
        std::optional<std::int64_t> below, above;
        for (const Outcome* outcome : scored(1)) {
            const std::int64_t its = width_of(*outcome);
            if (depth_of(*outcome) != depth && std::count(rungs_.begin(), rungs_.end(), its) == 0) {
                continue;
            }
            if (its < width) {
                below = std::max(below.value_or(its), its);
            } else if (its > width) {
                above = std::min(above.value_or(its), its);
            }
        }
        const Outcome* middle = nullptr;
        const std::pair<std::int64_t, std::int64_t> gaps[] = {{width, above.value_or(width)},
                                                              {below.value_or(width), width}};
        for (const auto& [low, high] : gaps) {
            const std::int64_t steps = (high - low) / width_.step;
            const Candidate between{low + steps / 2 * width_.step, depth};
            if (steps > 1 && fits(between)) {
                middle = look(between);
                if (middle == nullptr) {
                    return false;
                }
                break;
            }
        }
        if (middle == nullptr || !middle->score) {
            return true;
        }
        improve(*middle);
    }
    return true;
}

bool OccamWalk::check_depth() {
    for (bool moved = best_ != nullptr; moved;) {
        moved = false;
        const std::int64_t width = width_of(*best_), depth = depth_of(*best_);
        for (const std::int64_t near : {depth - depth_.step, depth + depth_.step}) {
            if (!depth_.holds(near) || !fits({width, near})) {
                continue;
            }
            const Outcome* const outcome = look({Candidate{width, near}});
            if (outcome == nullptr) {
                return false;
            }
            moved = improve(*outcome) || moved;
        }
    }
    return true;
}

std::vector<const Outcome*> OccamWalk::scored(std::int64_t effort) const {
    std::vector<const Outcome*> outcomes;
    for (const Outcome* outcome : seen_) {
        if (outcome->trial.effort == effort && outcome->score) {
            outcomes.push_back(outcome);
        }
    }
    std::sort(outcomes.begin(), outcomes.end(),
              [](const Outcome* a, const Outcome* b) { return a->trial < b->trial; });
    return outcomes;
}

}  // namespace nanonas::nas
