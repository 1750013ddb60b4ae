// What strategies that draw their candidates have in common: a number of first looks, a last look
// at the few best, and idle workers that know what comes next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nas/strategies/sampler.hpp"
#include "nas/strategy.hpp"

namespace nanonas::nas {

/// First looks at Known::trials candidates, then, where efforts differ, at the best of them for
/// longer, once or in several rungs; the best of the last rung wins. A candidate is made from the
/// outcomes of all but the last few before it: those few may be under way at the same time,
/// whatever the number of workers.
class Sampling : public Strategy {
  public:
    void begin(const Known& known) override;
    std::optional<Trial> ask() override;
    void tell(const Outcome& outcome) override;
    std::optional<Outcome> best() const override;
    std::vector<Trial> likely_next(std::size_t count) const override;
    std::vector<std::string> conclusion() const override;

  protected:
    /// How many outcomes before a candidate play no part in it.
    virtual std::size_t lag() const = 0;
    /// The next first look, from the first `heard` of the outcomes, in their order. Nothing when
    /// no new candidate is found: the search goes on to its last look.
    virtual std::optional<Candidate> propose(Sampler& sampler, const std::vector<Outcome>& outcomes,
                                             std::size_t heard, Rng& rng) = 0;

    /// How many of so many candidates that were looked at with `effort` are looked at again with
    /// longer(effort); 0: the search is over.
    virtual std::size_t kept(std::size_t candidates, std::int64_t effort) const;
    virtual std::int64_t longer(std::int64_t effort) const;

  private:
    void plan();
    void plan_first_looks();
    void plan_rung();

    Known known_;
    std::optional<Sampler> sampler_;
    std::int64_t trials_ = 0;
    std::vector<Trial> planned_;
    std::vector<std::size_t> rungs_;  ///< where each begins in planned_, the first looks at 0
    bool first_looks_end_ = false;    ///< all of them are planned
    std::vector<Outcome> told_;
};

/// A score, or less than any.
double score_or_least(const Outcome& outcome);

}  // namespace nanonas::nas
