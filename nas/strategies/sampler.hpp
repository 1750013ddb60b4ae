// Candidates drawn among those that keep to every bound, near the bounds.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "nas/strategy.hpp"
#include "space/random.hpp"

namespace nanonas::nas {

/// Draws from Known::axes what Known::fits. No network is given twice: candidates of one
/// architecture are one, and it is given with the least values that make it.
class Sampler {
  public:
    explicit Sampler(const Known& known) : known_(known) {}

    /// The next of Known::anchors, as large as fits: its numbers go from the smallest to the
    /// largest side by side, each until it meets a bound. Where not even the smallest fits, its
    /// numbers go down first, axis by axis in their order. Nothing when all were given.
    /// Throws NetworkError for an anchor that is not on the axes.
    std::optional<Candidate> anchor();
    /// A point anywhere, made smaller axis by axis until it fits, then larger until nothing larger
    /// fits; where no bound is met on the way, or all networks along the bounds were given, the
    /// point itself. Nothing when no new one is found.
    std::optional<Candidate> draw(Rng& rng);
    /// A few steps from `parent`. Nothing when no new one is found.
    std::optional<Candidate> mutate(const Candidate& parent, Rng& rng);

    /// Candidates that were looked at.
    std::size_t looked_at() const { return seen_.size(); }

  private:
    bool fits(const Candidate& candidate);
    std::optional<Candidate> give(const Candidate& candidate);
    bool shrink(Candidate& candidate, Rng& rng);
    Candidate grown(const Candidate& candidate, Rng& rng);
    bool lower(Candidate& candidate);
    Candidate climbed(const Candidate& from, const Candidate& largest);

    Known known_;
    std::set<Candidate> seen_;
    std::set<std::string> given_;  ///< architectures
    std::size_t next_anchor_ = 0;  ///< of Known::anchors
};

}  // namespace nanonas::nas
