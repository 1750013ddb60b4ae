// Successive halving (Jamieson, Talwalkar 2016): many candidates for a short time, the better third
// of them three times as long, and so on.
#pragma once

#include "nas/strategies/random_search.hpp"

namespace nanonas::nas {

/// First looks at random candidates; rungs of 3, 9 and 27 times their training, each of a third.
class Halving : public RandomSearch {
  public:
    std::string name() const override { return "halving"; }

  protected:
    std::size_t kept(std::size_t candidates, std::int64_t effort) const override {
        return effort < kLongest && candidates > 1 ? (candidates + kShare - 1) / kShare : 0;
    }
    std::int64_t longer(std::int64_t effort) const override { return effort * kShare; }

  private:
    static constexpr std::int64_t kShare = 3;
    static constexpr std::int64_t kLongest = 27;
};

}  // namespace nanonas::nas
