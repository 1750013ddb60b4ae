// An int8 convolution or dense layer in two halves, so that several output ranges share the one
// that costs time. The bytes of the naive loops.
#pragma once

#include <cstdint>
#include <vector>

#include "export/int8/int8_network.hpp"
#include "export/simd/window_sums.hpp"

namespace nanonas::exporting::simd {

/// The int32 sums of a layer, as Int8Interpreter's. They do not depend on the layer's output
/// parameters. Immutable: for any number of threads.
class Int8Sums {
  public:
    explicit Int8Sums(const Int8Layer& layer);

    /// `input` and `sums` are [height][width][channels]; `sums` is made larger than that.
    /// `padded` is free for the map with its border.
    void run(const std::vector<std::int8_t>& input, std::vector<std::int16_t>& padded,
             std::vector<std::int32_t>& sums) const;

  private:
    WindowSums<std::int16_t, std::int32_t> window_sums_;
    std::int8_t zero_point_;
    std::size_t elements_;
};

/// What requantizes the sums of a layer.
class Int8Rounding {
  public:
    explicit Int8Rounding(const Int8Layer& layer);

    /// `sums` as Int8Sums made them of `layer`, or of one with the same weights and input;
    /// `output` has its output's size.
    void run(const Int8Layer& layer, const std::vector<std::int32_t>& sums,
             std::vector<std::int8_t>& output) const;

  private:
    bool vectors_;  ///< false: what only the naive loop computes
    std::vector<std::int32_t> m0_, shifts_;
};

}  // namespace nanonas::exporting::simd
