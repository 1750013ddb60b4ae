#include "nas/strategies/sampler.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace nanonas::nas {
namespace {

constexpr int kDraws = 100;
constexpr int kNearBounds = 20;  // of them
constexpr int kMutations = 200;
constexpr std::int64_t kLongestStep = 4;  // of a mutation, in steps of the axis

std::int64_t below(Rng& rng, std::int64_t size) {
    return static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(size)));
}

/// Moves one axis: a number by some steps either way, a choice to another.
void change(Candidate& candidate, const std::vector<space::Axis>& axes, Rng& rng) {
    const auto at = static_cast<std::size_t>(below(rng, static_cast<std::int64_t>(axes.size())));
    const space::Axis& axis = axes[at];
    std::int64_t& value = candidate.at[at];
    if (!axis.choices.empty()) {
        value = axis.low + axis.step * below(rng, axis.size());
        return;
    }
    const std::int64_t steps = 1 + below(rng, kLongestStep);
    const std::int64_t moved = value + (below(rng, 2) == 0 ? steps : -steps) * axis.step;
    value = std::clamp(moved, axis.low, axis.low + (axis.size() - 1) * axis.step);
}

}  // namespace

bool Sampler::fits(const Candidate& candidate) {
    seen_.insert(candidate);
    return !known_.fits || known_.fits(candidate);
}

std::optional<Candidate> Sampler::give(const Candidate& candidate) {
    if (!known_.architecture) {
        return given_.insert(to_string(candidate)).second ? std::optional(candidate) : std::nullopt;
    }
    const std::string network = known_.architecture(candidate);
    if (!given_.insert(network).second) {
        return std::nullopt;
    }
    // Axes that say nothing of this network go to their low ends.
    Candidate plain = candidate;
    for (std::size_t i = 0; i < known_.axes.size(); ++i) {
        const std::int64_t value = std::exchange(plain.at[i], known_.axes[i].low);
        if (known_.architecture(plain) != network) {
            plain.at[i] = value;
        }
    }
    return plain;
}

bool Sampler::shrink(Candidate& candidate, Rng& rng) {
    while (!fits(candidate)) {
        std::vector<std::size_t> large;
        for (std::size_t i = 0; i < known_.axes.size(); ++i) {
            if (known_.axes[i].choices.empty() && candidate.at[i] > known_.axes[i].low) {
                large.push_back(i);
            }
        }
        if (large.empty()) {
            return false;
        }
        const std::size_t at =
            large[static_cast<std::size_t>(below(rng, static_cast<std::int64_t>(large.size())))];
        const space::Axis& axis = known_.axes[at];
        const std::int64_t steps = (candidate.at[at] - axis.low) / axis.step;
        candidate.at[at] = axis.low + axis.step * below(rng, steps);
    }
    return true;
}

Candidate Sampler::grown(const Candidate& candidate, Rng& rng) {
    struct Room {
        std::size_t at;
        std::int64_t steps;  ///< that may fit
    };
    std::vector<Room> rooms;
    for (std::size_t i = 0; i < known_.axes.size(); ++i) {
        const space::Axis& axis = known_.axes[i];
        const std::int64_t steps = (axis.high - candidate.at[i]) / axis.step;
        if (axis.choices.empty() && steps > 0) {
            rooms.push_back({i, steps});
        }
    }
    Candidate larger = candidate;
    bool bounded = false;
    while (!rooms.empty()) {
        const auto pick =
            static_cast<std::size_t>(below(rng, static_cast<std::int64_t>(rooms.size())));
        Room& room = rooms[pick];
        const std::int64_t steps = 1 + below(rng, room.steps);
        std::int64_t& value = larger.at[room.at];
        value += steps * known_.axes[room.at].step;
        if (fits(larger)) {
            room.steps -= steps;
        } else {
            bounded = true;
            value -= steps * known_.axes[room.at].step;
            room.steps = steps - 1;
        }
        if (room.steps == 0) {
            rooms.erase(rooms.begin() + static_cast<std::ptrdiff_t>(pick));
        }
    }
    return bounded ? larger : candidate;
}

bool Sampler::lower(Candidate& candidate) {
    for (std::size_t i = 0; i < known_.axes.size(); ++i) {
        const space::Axis& axis = known_.axes[i];
        while (axis.choices.empty() && candidate.at[i] > axis.low) {
            if (fits(candidate)) {
                return true;
            }
            candidate.at[i] -= axis.step;
        }
    }
    return fits(candidate);
}

Candidate Sampler::climbed(const Candidate& from, const Candidate& largest) {
    Candidate candidate = from;
    std::vector<std::size_t> open;  // axes on which there may be room
    for (std::size_t i = 0; i < known_.axes.size(); ++i) {
        if (known_.axes[i].choices.empty() && from.at[i] < largest.at[i]) {
            open.push_back(i);
        }
    }
    // How far an axis is after its next step, a share of its way.
    const auto share = [&](std::size_t i) {
        return static_cast<double>(candidate.at[i] + known_.axes[i].step - from.at[i]) /
               static_cast<double>(largest.at[i] - from.at[i]);
    };
    while (!open.empty()) {
        const auto least =
            std::min_element(open.begin(), open.end(),
                             [&](std::size_t a, std::size_t b) { return share(a) < share(b); });
        const std::int64_t step = known_.axes[*least].step;
        std::int64_t& value = candidate.at[*least];
        value += step;
        const bool too_large = !fits(candidate);
        value -= too_large ? step : 0;
        if (too_large || value == largest.at[*least]) {
            open.erase(least);
        }
    }
    return candidate;
}

std::optional<Candidate> Sampler::anchor() {
    while (next_anchor_ < known_.anchors.size()) {
        const space::Anchor& anchor = known_.anchors[next_anchor_++];
        space::require_on_axes(anchor.smallest, known_.axes);
        space::require_on_axes(anchor.largest, known_.axes);
        Candidate smallest = anchor.smallest;
        if (!lower(smallest)) {
            continue;
        }
        if (const std::optional<Candidate> fresh = give(climbed(smallest, anchor.largest))) {
            return fresh;
        }
    }
    return std::nullopt;
}

std::optional<Candidate> Sampler::draw(Rng& rng) {
    for (int attempt = 0; attempt < kDraws; ++attempt) {
        Candidate candidate = space::sample(known_.axes, rng);
        if (!shrink(candidate, rng)) {
            continue;
        }
        // There may be few along the bounds; then it is one inside.
        if (const std::optional<Candidate> fresh =
                give(attempt < kNearBounds ? grown(candidate, rng) : candidate)) {
            return fresh;
        }
    }
    return std::nullopt;
}

std::optional<Candidate> Sampler::mutate(const Candidate& parent, Rng& rng) {
    for (int attempt = 0; attempt < kMutations; ++attempt) {
        Candidate child = parent;
        for (std::int64_t changes = 1 + below(rng, 3); changes > 0; --changes) {
            change(child, known_.axes, rng);
        }
        if (!fits(child)) {
            continue;
        }
        if (const std::optional<Candidate> fresh = give(child)) {
            return fresh;
        }
    }
    return std::nullopt;
}

}  // namespace nanonas::nas
