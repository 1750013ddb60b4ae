// Candidates at random, near the bounds: what every other strategy has to beat.
#pragma once

#include "nas/strategies/sampling.hpp"

namespace nanonas::nas {

class RandomSearch : public Sampling {
  public:
    std::string name() const override { return "random"; }

  protected:
    std::size_t lag() const override { return 64; }  // none plays a part
    std::optional<Candidate> propose(Sampler& sampler, const std::vector<Outcome>&, std::size_t,
                                     Rng& rng) override {
        return sampler.draw(rng);
    }
};

}  // namespace nanonas::nas
