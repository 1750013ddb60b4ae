// Spaces of another kind than cells, as docs/adding-a-space.md says.
#pragma once

#include "space/search_space.hpp"

namespace nanonas::nas::test {

/// `layers` convolutions of `width` channels with pools between them.
class ChainSpace : public space::SearchSpace {
  public:
    ChainSpace(const space::Shape& input, std::int64_t classes)
        : input_(input), classes_(classes) {}
    std::string name() const override { return "chain"; }
    std::vector<space::Axis> axes() const override;
    space::Network build(const space::Candidate& candidate) const override;

  private:
    space::Shape input_;
    std::int64_t classes_;
};

/// The same at an input side of its own, with or without pools.
class SidedChainSpace : public space::SearchSpace {
  public:
    SidedChainSpace(const space::Shape& input, std::int64_t classes)
        : input_(input), classes_(classes) {}
    std::string name() const override { return "sided"; }
    std::vector<space::Axis> axes() const override;
    space::Network build(const space::Candidate& candidate) const override;

  private:
    space::Shape input_;
    std::int64_t classes_;
};

}  // namespace nanonas::nas::test
