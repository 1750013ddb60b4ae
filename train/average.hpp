// Averaged weights: a mean over the steps of a training, the later the heavier.
#pragma once

#include <cstdint>
#include <utility>

#include "space/trained_network.hpp"

namespace nanonas::train {

/// Polynomial-decay averaging (Shamir, Zhang 2013): after step t, counted from 0,
///
///   average += (weights - average) / (1 + share * t)
///
/// so a share of 1 is the mean over all steps, and one of 0.05 reaches back over about the last
/// twentieth of what was done so far, however long that was: there is nothing to warm up. Running
/// statistics of batch norm are averaged as the weights are.
class WeightAverage {
  public:
    /// `share` in (0, 1].
    explicit WeightAverage(double share) : share_(share) {}

    /// The steps of a training in their order.
    void add(const space::Weights& weights, std::int64_t step);
    /// Empty before the first step.
    const space::Weights& weights() const { return average_; }
    /// Goes on with what weights() was.
    void restore(space::Weights average) { average_ = std::move(average); }

  private:
    double share_;
    space::Weights average_;
};

}  // namespace nanonas::train
