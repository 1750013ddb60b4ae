// A convolution, depthwise convolution or dense layer up to its sums, made ready for the kernels.
#pragma once

#include <cstdint>
#include <vector>

#include "space/network.hpp"

namespace nanonas::exporting::simd {

/// `Value` float with `Sum` float, or int16 with int32. Immutable: for any number of threads.
template <typename Value, typename Sum>
class WindowSums {
  public:
    /// `weights` [out][height][width][in], without [in] where `node` is depthwise. `relu`: floats
    /// alone.
    template <typename Weight>
    WindowSums(const space::Node& node, const std::vector<Weight>& weights,
               const std::vector<Sum>& bias, bool relu);

    /// The sums over (map - zero), [height][width][channels] as `map`; `out` has their size.
    /// `padded` is free for the map with its border.
    template <typename Input>
    void run(const std::vector<Input>& map, Input zero, std::vector<Value>& padded, Sum* out) const;

  private:
    template <typename Weight>
    void pack_convolution(const std::vector<Weight>& weights);
    template <typename Weight>
    void pack_depthwise(const std::vector<Weight>& weights);
    template <typename Input>
    void pad(const std::vector<Input>& map, Input zero, std::vector<Value>& padded) const;

    space::Window window_;
    space::Shape input_, output_;
    bool relu_;
    std::int64_t multiplier_ = 0;  ///< of a depthwise convolution; 0: all channels are summed
    std::int64_t top_, left_, padded_height_, padded_width_;
    std::int64_t depth_;  ///< channels of the map with its border: a depthwise output has its own
    std::vector<std::int32_t> offsets_;
    std::vector<Value> weights_;
    std::vector<Sum> bias_;
};

}  // namespace nanonas::exporting::simd
