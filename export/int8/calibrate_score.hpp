// What a range does to the class probabilities, which is what an int8 network is asked for.
//
// Two places lose classes that squared error per layer does not show: the average pool, whose means
// take a small part of the range its input's peaks set (both have one scale in TFLite), and the
// scores, whose lowest, far from ever winning, set the step between those that may. Clipping peaks
// and lowest scores costs squared error and keeps classes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "export/float_network.hpp"
#include "export/int8/int8_network.hpp"
#include "export/int8/ranges.hpp"
#include "export/simd/float_interpreter.hpp"

namespace nanonas::exporting {

/// True of a convolution or dense layer that writes the scores, and of the one before it when only
/// pools lie between, of a chain from there on. Layers further in front change no more classes by
/// another range than by min-max, and would cost a run of the whole network for each range.
bool decides_scores(const FloatNetwork& network, std::size_t layer);

/// `whole` first, then shares of it at each end that is not 0.
std::vector<Range> score_ranges(const Range& whole);

/// sum p log(p / q) >= 0, p and q the softmax of the scores: nats lost by telling q instead of p.
double relative_entropy(const std::vector<float>& exact, const std::vector<float>& rounded);

/// The network behind an int8 layer: its pools in integers, as they will run, the rest in float.
/// One per thread.
class ScoreTail {
  public:
    /// `network` must outlive the tail; decides_scores(network, layer).
    ScoreTail(const FloatNetwork& network, std::size_t layer);

    /// The image the next changes are about.
    void expect(const std::uint8_t* pixels);
    /// Relative entropy from the float network's scores to those that follow from the layer's
    /// output.
    double change(const std::vector<std::int8_t>& output, const QuantParams& params);

  private:
    simd::FloatInterpreter interpreter_;
    std::vector<space::Node> pools_;
    std::size_t next_;  ///< the layer behind the pools
    std::vector<float> exact_;
};

}  // namespace nanonas::exporting
