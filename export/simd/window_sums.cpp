#include "export/simd/window_sums.hpp"

#include <algorithm>
#include <type_traits>

#include "export/simd/kernels/convolution.hpp"
#include "export/simd/kernels/depthwise.hpp"

namespace nanonas::exporting::simd {

namespace {

std::size_t size(std::int64_t count) {
    return static_cast<std::size_t>(count);
}

}  // namespace

template <typename Value, typename Sum>
template <typename Weight>
WindowSums<Value, Sum>::WindowSums(const space::Node& node, const std::vector<Weight>& weights,
                                   const std::vector<Sum>& bias, bool relu)
    : window_(space::window_of(node.op)),
      input_(node.input),
      output_(node.output),
      relu_(relu),
      top_(window_.top(input_)),
      left_(window_.left(input_)),
      padded_height_(top_ + input_.height + window_.bottom(input_)),
      padded_width_(left_ + input_.width + window_.right(input_)),
      bias_(bias) {
    bias_.resize(size(padded_channels(output_.channels)));
    if (const auto* depthwise = std::get_if<space::DepthwiseConv2d>(&node.op)) {
        multiplier_ = depthwise->multiplier;
        pack_depthwise(weights);
    } else {
        pack_convolution(weights);
    }
    depth_ = multiplier_ > 0 ? output_.channels : input_.channels;
    for (std::int64_t y = 0; y < output_.height; ++y) {
        for (std::int64_t x = 0; x < output_.width; ++x) {
            offsets_.push_back(static_cast<std::int32_t>(
                (y * window_.stride_height * padded_width_ + x * window_.stride_width) * depth_));
        }
    }
}

template <typename Value, typename Sum>
template <typename Weight>
void WindowSums<Value, Sum>::pack_convolution(const std::vector<Weight>& weights) {
    const std::int64_t row_taps = window_.width * input_.channels;
    const std::int64_t channels = padded_channels(output_.channels);
    for (std::int64_t block = 0; block < channels; block += kBlock) {
        const std::int64_t end = std::min(block + kBlock, channels);
        for (std::int64_t row = 0; row < window_.height; ++row) {
            for (std::int64_t group = 0; group < groups<Value>(row_taps); ++group) {
                for (std::int64_t out = block; out < end; ++out) {
                    for (std::int64_t i = 0; i < kGroup<Value>; ++i) {
                        const std::int64_t tap = group * kGroup<Value> + i;
                        const bool absent = out >= output_.channels || tap >= row_taps;
                        weights_.push_back(
                            absent ? Value{}
                                   : weights[size((out * window_.height + row) * row_taps + tap)]);
                    }
                }
            }
        }
    }
}

template <typename Value, typename Sum>
template <typename Weight>
void WindowSums<Value, Sum>::pack_depthwise(const std::vector<Weight>& weights) {
    const std::int64_t channels = padded_channels(output_.channels);
    weights_.resize(size(window_.area() * channels));
    for (std::int64_t out = 0; out < output_.channels; ++out) {
        for (std::int64_t tap = 0; tap < window_.area(); ++tap) {
            weights_[size(tap * channels + out)] = Value{weights[size(out * window_.area() + tap)]};
        }
    }
}

template <typename Value, typename Sum>
template <typename Input>
void WindowSums<Value, Sum>::pad(const std::vector<Input>& map, Input zero,
                                 std::vector<Value>& padded) const {
    padded.assign(size(padded_height_ * padded_width_ * depth_ + kLanes), Value{});
    const std::int64_t copies = std::max<std::int64_t>(multiplier_, 1);
    const std::int64_t row = input_.width * input_.channels;
    for (std::int64_t y = 0; y < input_.height; ++y) {
        const Input* from = map.data() + y * row;
        Value* to = padded.data() + ((y + top_) * padded_width_ + left_) * depth_;
        if (copies == 1) {
            std::transform(from, from + row, to,
                           [zero](Input value) { return static_cast<Value>(value - zero); });
            continue;
        }
        for (std::int64_t i = 0; i < row; ++i, to += copies) {
            std::fill_n(to, copies, static_cast<Value>(from[i] - zero));
        }
    }
}

template <typename Value, typename Sum>
template <typename Input>
void WindowSums<Value, Sum>::run(const std::vector<Input>& map, Input zero,
                                 std::vector<Value>& padded, Sum* out) const {
    const auto pixels = static_cast<std::int64_t>(offsets_.size());
    const std::int64_t pitch = padded_width_ * depth_;
    pad(map, zero, padded);
    if (multiplier_ > 0) {
        depthwise({padded.data(), offsets_.data(), pixels, window_.height, window_.width, pitch,
                   weights_.data(), bias_.data(), output_.channels, relu_, out});
    } else {
        convolve({padded.data(), offsets_.data(), pixels, window_.height,
                  window_.width * input_.channels, pitch, weights_.data(), bias_.data(),
                  output_.channels, relu_, out});
    }
}

template class WindowSums<float, float>;
template WindowSums<float, float>::WindowSums(const space::Node&, const std::vector<float>&,
                                              const std::vector<float>&, bool);
template void WindowSums<float, float>::run(const std::vector<float>&, float, std::vector<float>&,
                                            float*) const;
template class WindowSums<std::int16_t, std::int32_t>;
template WindowSums<std::int16_t, std::int32_t>::WindowSums(const space::Node&,
                                                            const std::vector<std::int8_t>&,
                                                            const std::vector<std::int32_t>&, bool);
template void WindowSums<std::int16_t, std::int32_t>::run(const std::vector<std::int8_t>&,
                                                          std::int8_t, std::vector<std::int16_t>&,
                                                          std::int32_t*) const;

}  // namespace nanonas::exporting::simd
