// Where a walk stands, worked out anew from all that was told of it.
#pragma once

#include <map>

#include "nas/strategy.hpp"

namespace nanonas::nas {

/// Straight through the rules of Occam until an outcome is needed that was not told yet. A function
/// of what was told alone, so a resumed walk and one that looks ahead need no state of their own.
class OccamWalk {
  public:
    using Told = std::map<Trial, Outcome>;

    /// Both must outlive it. Two axes: a width, a depth.
    OccamWalk(const Known& known, const Told& told);

    /// The trial that is needed to go on; nothing: the walk is over.
    const std::optional<Trial>& next() const { return next_; }
    /// The winner once it is over, the best so far before.
    const Outcome* best() const { return best_; }
    /// Standard error of the difference of two trials' scores, of one effort; 0: not known.
    double noise(std::int64_t effort) const;
    std::vector<std::string> conclusion() const;

  private:
    static constexpr int kPatience = 2;      ///< strides without a gain that end the climb
    static constexpr double kClearly = 2.0;  ///< standard errors beyond which one drop is enough

    static bool better(const Outcome* a, const Outcome* b);
    bool walk();
    bool climb();
    bool look_at_depths(std::int64_t width);
    bool close_the_gap();
    bool check_depth();
    bool look_again();
    void choose(std::int64_t effort, const std::vector<const Outcome*>& among);

    const Outcome* look(const Trial& trial);
    bool improve(const Outcome& outcome);
    bool fits(const Candidate& candidate) const;
    std::int64_t shallowest() const;
    bool any_fits(std::int64_t width) const;
    std::optional<std::int64_t> next_width(std::int64_t width) const;
    bool show_the_bound();
    /// What was looked at up to here, smallest first.
    std::vector<const Outcome*> scored(std::int64_t effort) const;

    const Known& known_;
    const Told& told_;
    const space::Axis& width_;
    const space::Axis& depth_;
    std::optional<Trial> next_;
    std::vector<const Outcome*> seen_;  ///< in the order of the walk
    const Outcome* best_ = nullptr;
    std::vector<std::int64_t> rungs_;  ///< the widths that were climbed to, rising
    bool out_of_room_ = false;         ///< the climb ended because nothing larger fits
    bool looked_again_ = false;
};

}  // namespace nanonas::nas
