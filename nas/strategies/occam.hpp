// The walk from small to large (docs/decisions/013-sound-walk.md): after the search of NanoNAS, but
// with an end that noise does not decide.
#pragma once

#include <map>

#include "nas/strategy.hpp"

namespace nanonas::nas {

/// For spaces of two numbers, a width and a depth: k and c in "cells". Climbs the width in strides
/// that grow (1, 2, 3, 4, 6, 9, 13, ...) up to the largest that fits, and at each looks at the
/// depths around the one that was best before, past drops that noise explains. Two strides without
/// a gain end the climb. The gap around the best width is then halved until it is closed, the best
/// few are trained for longer, and of those that noise cannot tell apart the smallest wins. A
/// candidate that does not fit ends nothing by itself: a direction ends where nothing behind fits
/// either.
///
/// Noise is what the repeats of a trial say of it; where there is one score a trial, every
/// difference counts.
class Occam : public Strategy {
  public:
    std::string name() const override { return "occam"; }
    std::int64_t repeats() const override { return 3; }
    void begin(const Known& known) override;
    std::optional<Trial> ask() override;
    void tell(const Outcome& outcome) override;
    std::optional<Outcome> best() const override;
    std::vector<Trial> likely_next(std::size_t count) const override;
    std::vector<std::string> conclusion() const override;

  private:
    using Told = std::map<Trial, Outcome>;

    Known known_;
    Told told_;
};

}  // namespace nanonas::nas
