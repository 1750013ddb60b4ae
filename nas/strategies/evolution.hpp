// Aging evolution (Real et al. 2019, "Regularized Evolution for Image Classifier Architecture
// Search") inside hard bounds.
#pragma once

#include "nas/strategies/sampling.hpp"

namespace nanonas::nas {

/// The newest candidates are the population. The best of a few drawn from it is the parent of the
/// next, which differs in one to three axes; the oldest leaves. The first ones are the
/// space's anchors, the others up to a population are drawn near the bounds.
class Evolution : public Sampling {
  public:
    std::string name() const override { return "evolution"; }

  protected:
    std::size_t lag() const override { return 8; }
    std::optional<Candidate> propose(Sampler& sampler, const std::vector<Outcome>& outcomes,
                                     std::size_t heard, Rng& rng) override;
};

}  // namespace nanonas::nas
