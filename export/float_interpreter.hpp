// Float inference of the lowered network: calibration, float accuracy, error per layer.
#pragma once

#include <cstdint>
#include <vector>

#include "export/float_network.hpp"

namespace nanonas::exporting {

/// One instance per thread. The same bits for the same image on every run.
class FloatInterpreter {
  public:
    /// `network` must outlive the interpreter.
    explicit FloatInterpreter(const FloatNetwork& network);

    /// `pixels` [height][width][channels] raw uint8; returns the logits, valid until the next run.
    const std::vector<float>& run(const std::uint8_t* pixels);
    /// The first `layers` layers only, at least one; returns what the last of them wrote.
    const std::vector<float>& run(const std::uint8_t* pixels, std::size_t layers);

    /// Layer `first` (not 0) and those behind it, as if the layer before it had written `map`;
    /// returns the logits, `map` itself when there is no such layer. None of them may read what a
    /// layer farther in front wrote.
    const std::vector<float>& run_from(std::size_t first, const std::vector<float>& map);

    /// Output of layer `index` in the last run, [height][width][channels].
    const std::vector<float>& activation(std::size_t index) const { return activations_.at(index); }

  private:
    struct Linear {
        FloatLinear layer;                  ///< without its weights
        std::vector<float> packed_weights;  ///< [out / lanes][taps][lanes]
    };

    const std::vector<float>& advance(const std::vector<float>& from, std::size_t first,
                                      std::size_t end);

    const FloatNetwork& network_;
    std::vector<float> input_;
    std::vector<float> padded_;   ///< the map a convolution reads, with its border of zeros
    std::vector<Linear> linear_;  ///< per layer; empty for those without weights
    std::vector<std::vector<float>> activations_;
};

/// Index of the largest score; the first of equals.
std::int64_t top_class(const std::vector<float>& scores);

}  // namespace nanonas::exporting
