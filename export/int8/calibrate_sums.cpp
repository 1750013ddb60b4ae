#include "export/int8/calibrate_sums.hpp"

#include <algorithm>

#include "export/int8/multiplier.hpp"

namespace nanonas::exporting {

namespace {

std::size_t size(std::int64_t count) {
    return static_cast<std::size_t>(count);
}

std::int64_t multiplier_of(const space::Op& op) {
    const auto* depthwise = std::get_if<space::DepthwiseConv2d>(&op);
    return depthwise == nullptr ? 0 : depthwise->multiplier;
}

}  // namespace

LayerSums::LayerSums(const Int8Layer& layer)
    : window_(layer.window()),
      multiplier_(multiplier_of(layer.node.op)),
      input_(layer.node.input),
      output_(layer.node.output),
      zero_point_(layer.in.zero_point),
      weights_(layer.constants.weights.size()),
      bias_(layer.constants.bias) {
    const std::size_t outputs = bias_.size();
    const std::vector<std::int8_t>& weights = layer.constants.weights;
    const std::size_t taps = weights.size() / outputs;
    for (std::size_t out = 0; out < outputs; ++out) {
        for (std::size_t tap = 0; tap < taps; ++tap) {
            weights_[tap * outputs + out] = weights[out * taps + tap];
        }
    }
}

void LayerSums::run(const std::vector<std::int8_t>& input, std::vector<std::int32_t>& sums) const {
    const std::size_t outputs = bias_.size();
    sums.resize(size(output_.elements()));
    if (multiplier_ > 0) {
        return run_depthwise(input.data(), sums.data());
    }
    std::int32_t* sum = sums.data();
    for (std::int64_t y = 0; y < output_.height; ++y) {
        const std::int64_t first_row = y * window_.stride_height - window_.top(input_);
        const std::int64_t top = std::max<std::int64_t>(0, -first_row);
        const std::int64_t bottom = std::min(window_.height, input_.height - first_row);
        for (std::int64_t x = 0; x < output_.width; ++x, sum += outputs) {
            const std::int64_t first_column = x * window_.stride_width - window_.left(input_);
            const std::int64_t left = std::max<std::int64_t>(0, -first_column);
            const std::int64_t right = std::min(window_.width, input_.width - first_column);
            std::copy(bias_.begin(), bias_.end(), sum);
            for (std::int64_t ky = top; ky < bottom; ++ky) {
                // The taps of one row lie side by side in the map as in the weights.
                const std::int64_t run = (right - left) * input_.channels;
                const std::int8_t* values =
                    input.data() +
                    ((first_row + ky) * input_.width + first_column + left) * input_.channels;
                const std::int32_t* weights =
                    weights_.data() + size((ky * window_.width + left) * input_.channels) * outputs;
                for (std::int64_t tap = 0; tap < run; ++tap, weights += outputs) {
                    const std::int32_t value = values[tap] - zero_point_;
                    for (std::size_t out = 0; out < outputs; ++out) {
                        sum[out] += value * weights[out];
                    }
                }
            }
        }
    }
}

void LayerSums::run_depthwise(const std::int8_t* input, std::int32_t* sum) const {
    const std::size_t outputs = bias_.size();
    for (std::int64_t y = 0; y < output_.height; ++y) {
        for (std::int64_t x = 0; x < output_.width; ++x, sum += outputs) {
            std::copy(bias_.begin(), bias_.end(), sum);
            for (std::int64_t tap = 0; tap < window_.area(); ++tap) {
                const std::int64_t row =
                    y * window_.stride_height - window_.top(input_) + tap / window_.width;
                const std::int64_t column =
                    x * window_.stride_width - window_.left(input_) + tap % window_.width;
                if (row < 0 || row >= input_.height || column < 0 || column >= input_.width) {
                    continue;
                }
                const std::int8_t* values = input + (row * input_.width + column) * input_.channels;
                const std::int32_t* weights = weights_.data() + size(tap) * outputs;
                for (std::size_t out = 0; out < outputs; ++out) {
                    sum[out] += (values[out / size(multiplier_)] - zero_point_) * weights[out];
                }
            }
        }
    }
}

void requantize_sums(const Int8Layer& layer, const std::vector<std::int32_t>& sums,
                     std::vector<std::int8_t>& output) {
    const std::size_t outputs = layer.constants.multipliers.size();
    output.resize(sums.size());
    for (std::size_t i = 0; i < sums.size(); ++i) {
        output[i] = requantized_output(layer, i % outputs, sums[i]);
    }
}

}  // namespace nanonas::exporting
