#include "nas/strategies/occam.hpp"

#include <stdexcept>

#include "nas/strategies/occam_walk.hpp"
#include "nas/strategies/two_axes.hpp"

namespace nanonas::nas {

void Occam::begin(const Known& known) {
    require_two_axes(name(), known.axes);
    known_ = known;
}

std::optional<Trial> Occam::ask() {
    return OccamWalk(known_, told_).next();
}

void Occam::tell(const Outcome& outcome) {
    if (ask() != outcome.trial) {
        throw std::logic_error("occam: told of " + to_string(outcome.trial) +
                               ", which it did not ask for");
    }
    told_.emplace(outcome.trial, outcome);
}

std::optional<Outcome> Occam::best() const {
    const OccamWalk walk(known_, told_);
    return walk.best() == nullptr ? std::nullopt : std::optional<Outcome>(*walk.best());
}

std::vector<std::string> Occam::conclusion() const {
    return OccamWalk(known_, told_).conclusion();
}

std::vector<Trial> Occam::likely_next(std::size_t count) const {
    // What comes next if the trial under way is a little better than the best, then if it is worse:
    // small networks gain by most of what is added to them.
    std::vector<Trial> likely;
    const auto add = [&](const Trial& trial) {
        bool fresh = likely.size() < count && told_.count(trial) == 0;
        for (const Trial& other : likely) {
            fresh = fresh && other != trial;
        }
        if (fresh) {
            likely.push_back(trial);
        }
    };
    const auto follow = [&](bool gains, std::size_t steps) {
        Told told = told_;
        for (std::size_t i = 0; i <= steps; ++i) {
            const OccamWalk walk(known_, told);
            if (!walk.next()) {
                return;
            }
            const Trial trial = *walk.next();
            if (i > 0) {
                add(trial);
            }
            Outcome supposed{trial, std::nullopt, {}};
            if (!known_.fits || known_.fits(trial.candidate)) {
                const double score = walk.best() == nullptr ? 0.5 : *walk.best()->score;
                supposed.score = score * (gains == (i == 0) ? 1.0001 : 0.9999);
            }
            told.emplace(trial, supposed);
        }
    };
    follow(false, 2);
    follow(true, 2);
    follow(false, count + 2);
    follow(true, count + 2);
    return likely;
}

}  // namespace nanonas::nas
